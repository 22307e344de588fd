using System.Diagnostics;

namespace Gateway.PrivateServers;

/// <summary>Runs the programs that servers are made of.</summary>
internal static class Programs
{
    /// <summary>Runs one, which must succeed.</summary>
    /// <returns>What it said.</returns>
    /// <exception cref="IOException">It did not succeed.</exception>
    public static Task<string> MustAsync(string program, params string[] arguments) => MustAsync(program, arguments, "");

    /// <summary>Runs one that reads something, and must succeed.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments: nothing secret.</param>
    /// <param name="input">What it reads.</param>
    /// <returns>What it said.</returns>
    /// <exception cref="IOException">It did not succeed.</exception>
    public static async Task<string> MustAsync(string program, IReadOnlyList<string> arguments, string input)
    {
        var (code, output) = await RunAsync(program, arguments, input);
        return code == 0 ? output : throw new IOException($"{program} {string.Join(' ', arguments)} ended with {code}: {output.Trim()}");
    }

    /// <summary>Runs one.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string program, IReadOnlyList<string> arguments, string input = "")
    {
        // The daemons inherit what this process would read: a file takes what they say.
        var said = Path.GetTempFileName();
        try
        {
            using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "out=$1; shift; exec \"$@\" >\"$out\" 2>&1", "sh", said, program, .. arguments]) { RedirectStandardInput = true })!;
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            return (process.ExitCode, await File.ReadAllTextAsync(said));
        }
        finally
        {
            File.Delete(said);
        }
    }
}
