using System.CommandLine;
using System.Text.Json;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Spectre.Console;

namespace Gwctl.Printing;

/// <summary>Where a command's words go: results to standard output, complaints and progress to standard error; with <c>--json</c> one object to standard output and nothing else.</summary>
internal sealed class Output
{
    private readonly IAnsiConsole console = Create(Console.Out, Console.IsOutputRedirected);
    private readonly IAnsiConsole error = Create(Console.Error, Console.IsErrorRedirected);

    private Output(bool json) => IsJson = json;

    /// <summary>Whether machines read this.</summary>
    public bool IsJson { get; }

    /// <summary>Whether a person watches: then progress is shown.</summary>
    public bool ShowsProgress => !IsJson && !Console.IsErrorRedirected;

    public static Output Of(ParseResult parsed) => new(parsed.CommandResult.Command.Options.Contains(Inputs.Json) && parsed.GetValue(Inputs.Json));

    /// <summary>One line.</summary>
    public void Line(string text = "") => console.WriteLine(text);

    /// <summary>One line in a colour, where colours are wanted.</summary>
    public void Line(string text, Color color) => console.Write(new Text(text + "\n", new Style(color)));

    /// <summary>A result for machines.</summary>
    public static void Json<T>(T result) => Console.Out.WriteLine(JsonSerializer.Serialize(result, ManifestJson.Indented));

    /// <summary>Diagnostics; with <c>--json</c> as the result.</summary>
    public void Refuse(IReadOnlyList<Diagnostic> diagnostics)
    {
        if (IsJson)
            Json(new { diagnostics });
        else
            Complain(diagnostics);
    }

    /// <summary>Diagnostics, for a person.</summary>
    public void Complain(IEnumerable<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
            error.Write(new Text(diagnostic + "\n", new Style(diagnostic.Severity == Severity.Error ? Color.Red : Color.Yellow)));
    }

    /// <summary>Runs something while a person sees what it is at.</summary>
    public async Task<T> WithProgressAsync<T>(string title, Func<Action<string>, Task<T>> work)
    {
        if (!ShowsProgress)
            return await work(_ => { });
        return await error.Status().StartAsync(title, context => work(step => context.Status(Markup.Escape($"{title}: {step}"))));
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
