namespace Gwctl.Tests.Running;

/// <summary>What the system can say to a process.</summary>
internal static class Signals
{
    public static async Task SendAsync(int process, string signal) =>
        (await CommandLine.RunProgramAsync("/bin/kill", ["-s", signal, $"{process}"])).With(0);

    /// <summary>The processes that act on a folder: its path stands in their command line.</summary>
    public static IReadOnlyList<string> ProcessesOf(string folder) =>
        [.. Directory.GetDirectories("/proc")
            .Where(process => int.TryParse(Path.GetFileName(process), out _))
            .Select(CommandLineOf)
            .Where(line => line.Contains(folder, StringComparison.Ordinal))];

    /// <summary>Waits until none is left; what is left after that long is returned.</summary>
    public static async Task<IReadOnlyList<string>> LeftAfterAsync(string folder, TimeSpan patience)
    {
        for (var end = DateTime.UtcNow + patience; ; await Task.Delay(50))
        {
            var left = ProcessesOf(folder);
            if (left.Count == 0 || DateTime.UtcNow > end)
                return left;
        }
    }

    private static string CommandLineOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
        }
        catch (IOException)
        {
            return ""; // it has ended
        }
        catch (UnauthorizedAccessException)
        {
            return ""; // another user's
        }
    }
}
