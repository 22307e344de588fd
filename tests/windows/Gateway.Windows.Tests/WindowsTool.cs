using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Windows.Tests;

/// <summary>What a program printed and how it ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record Ended(int ExitCode, string Output, string Error)
{
    public override string ToString() => $"exit {ExitCode}\n{Output}\n{Error}";
}

/// <summary>
/// Windows' own tools, each in a process of its own: what the product says and does is compared with what they say. Texts that they translate are not compared,
/// numbers and names are.
/// </summary>
internal static class WindowsTool
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10); // publishing takes minutes on a small machine
    private static readonly string System32 = Environment.GetFolderPath(Environment.SpecialFolder.System);

    /// <summary>Runs a program of Windows.</summary>
    public static Task<Ended> RunAsync(string tool, CancellationToken cancel, params string[] arguments) =>
        StartAsync(Path.Combine(System32, $"{tool}.exe"), arguments, "", cancel);

    /// <summary>Runs a program of Windows that has to succeed.</summary>
    public static async Task<string> MustAsync(string tool, CancellationToken cancel, params string[] arguments)
    {
        var ended = await RunAsync(tool, cancel, arguments);
        return ended.ExitCode == 0 ? ended.Output : throw new InvalidOperationException($"{tool} {string.Join(' ', arguments)}: {ended}");
    }

    /// <summary>
    /// Runs a script in Windows PowerShell 5.1 and returns the objects that it writes. It answers with JSON as bytes of UTF-8, whatever its console is, or without one;
    /// <c>@()</c> around the pipeline keeps one object a list of one.
    /// </summary>
    /// <param name="script">The script; it writes objects with plain properties.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task<IReadOnlyList<JsonNode>> AskAsync(string script, CancellationToken cancel)
    {
        var whole = $$"""
            $ErrorActionPreference = 'Stop'
            $ProgressPreference = 'SilentlyContinue'
            $found = @(& {
            {{script}}
            })
            $answer = (New-Object System.Text.UTF8Encoding $false).GetBytes((ConvertTo-Json -InputObject $found -Depth 5 -Compress))
            $output = [Console]::OpenStandardOutput()
            $output.Write($answer, 0, $answer.Length)
            $output.Flush()
            """;
        var ended = await StartAsync(
            Path.Combine(System32, @"WindowsPowerShell\v1.0\powershell.exe"),
            ["-NoLogo", "-NoProfile", "-NonInteractive", "-EncodedCommand", Convert.ToBase64String(Encoding.Unicode.GetBytes(whole))], "", cancel);
        return ended.ExitCode == 0
            ? [.. JsonNode.Parse(ended.Output)!.AsArray().Select(one => one!)]
            : throw new InvalidOperationException($"{script}\n{ended}");
    }

    /// <summary>Like <see cref="AskAsync"/>, for one object.</summary>
    public static async Task<JsonNode> AskForOneAsync(string script, CancellationToken cancel) =>
        (await AskAsync(script, cancel)) is [var only] ? only : throw new InvalidOperationException($"not one answer: {script}");

    /// <summary>Runs any program.</summary>
    public static async Task<Ended> StartAsync(string program, IEnumerable<string> arguments, string input, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8 };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(limit.Token);
        return new Ended(process.ExitCode, await output, await error);
    }
}
