namespace Gwctl.Tests.Running;

/// <summary>A terminal of its own for a command: script of bsdutils lends it one.</summary>
internal static class Terminal
{
    private const string Script = "/usr/bin/script";

    public static string? Missing => File.Exists(Script) ? null : "script (bsdutils) is not installed";

    /// <summary>What a person at the terminal gets; standard output and standard error are one there.</summary>
    public static Task<Ended> RunAsync(string[] arguments, params (string Name, string? Value)[] environment) =>
        CommandLine.RunProgramAsync(
            Script,
            ["-qec", string.Join(' ', new[] { CommandLine.Program }.Concat(arguments).Select(word => $"'{word}'")), "/dev/null"],
            null,
            [("TERM", "xterm-256color"), .. environment]);
}
