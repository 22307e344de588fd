using System.CommandLine;
using System.Text;
using System.Text.Json;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Microsoft.Win32.SafeHandles;
using Spectre.Console;

namespace Gwctl.Printing;

/// <summary>Where a command's words go: results to standard output, complaints and progress to standard error; with <c>--json</c> one object to standard output and nothing else.</summary>
internal sealed class Output
{
    private const int StandardOutput = 1;
    private const int StandardError = 2;

    // Made when first needed: asking what a terminal can do writes to it.
    private readonly Lazy<IAnsiConsole> console = new(() => Create(Console.Out, Console.IsOutputRedirected));
    private readonly Lazy<IAnsiConsole> error = new(() => Create(Console.Error, Console.IsErrorRedirected));

    /// <summary>An output.</summary>
    /// <param name="json">Whether machines read it.</param>
    public Output(bool json) => IsJson = json;

    /// <summary>Whether machines read this.</summary>
    public bool IsJson { get; }

    /// <summary>Whether a person watches: then progress is shown.</summary>
    public bool ShowsProgress => !IsJson && !Console.IsErrorRedirected;

    public static Output Of(ParseResult parsed) => new(parsed.CommandResult.Command.Options.Contains(Inputs.Json) && parsed.GetValue(Inputs.Json));

    /// <summary>One line.</summary>
    public void Line(string text = "") => console.Value.WriteLine(text);

    /// <summary>One line in a colour, where colours are wanted.</summary>
    public void Line(string text, Color color) => console.Value.Write(new Text(text + "\n", new Style(color)));

    /// <summary>A page that stands in place of the one before, where there is a terminal; below it elsewhere.</summary>
    /// <param name="lines">Its lines.</param>
    /// <param name="isNext">Whether others come after it.</param>
    public void Page(IReadOnlyList<string> lines, bool isNext)
    {
        if (isNext && !Console.IsOutputRedirected)
            console.Value.Clear();
        foreach (var line in lines)
            Line(line);
        if (isNext && Console.IsOutputRedirected)
            Line();
    }

    /// <summary>A result for machines.</summary>
    public static void Json<T>(T result) => Json(JsonSerializer.Serialize(result, ManifestJson.Indented) + "\n");

    /// <summary>A result for machines, as it stands.</summary>
    public static void Json(string document) => Write(StandardOutput, document);

    /// <summary>Diagnostics; with <c>--json</c> as the result.</summary>
    public void Refuse(IReadOnlyList<Diagnostic> diagnostics)
    {
        if (IsJson)
            Json(new { diagnostics });
        else
            Complain(diagnostics);
    }

    /// <summary>Diagnostics on standard error, for a person.</summary>
    public void Complain(IEnumerable<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
        {
            if (IsJson)
                Write(StandardError, diagnostic + Environment.NewLine);
            else
                error.Value.Write(new Text(diagnostic + "\n", new Style(diagnostic.Severity == Severity.Error ? Color.Red : Color.Yellow)));
        }
    }

    /// <summary>Runs something while a person sees what it is at.</summary>
    public async Task<T> WithProgressAsync<T>(string title, Func<Action<string>, Task<T>> work)
    {
        if (!ShowsProgress)
            return await work(_ => { });
        return await error.Value.Status().StartAsync(title, context => work(step => context.Status(Markup.Escape($"{title}: {step}"))));
    }

    // Before the first byte that .NET writes through Console it switches a terminal into a mode of its own, by an escape sequence on standard
    // output. With --json nothing else may stand there: a terminal is then written to by its descriptor.
    private static void Write(int descriptor, string text)
    {
        using var stream = OperatingSystem.IsWindows() || Console.IsOutputRedirected
            ? descriptor == StandardOutput ? Console.OpenStandardOutput() : Console.OpenStandardError()
            : new FileStream(new SafeFileHandle(descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        if (stream.CanSeek)
            stream.Seek(0, SeekOrigin.End); // standard error in a file of its own
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var plain = redirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        var created = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected)
            created.Profile.Width = int.MaxValue / 4; // whoever reads a pipe wants lines, not columns
        return created;
    }
}
