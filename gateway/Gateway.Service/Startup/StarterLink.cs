namespace Gateway.Service.Startup;

/// <summary>The link to whoever started this process: standard input ends when the starter closes it, and when the starter dies; standard output says <c>running</c> where Windows would be told SERVICE_RUNNING.</summary>
internal static class StarterLink
{
    /// <summary>Does something once it has ended.</summary>
    public static void WhenGone(Action what) => _ = WaitAsync(what);

    /// <summary>Says that the service runs: everything that has to start has started.</summary>
    public static void SayRunning() => Console.Out.WriteLine("running");

    private static async Task WaitAsync(Action what)
    {
        await using var input = Console.OpenStandardInput();
        await input.CopyToAsync(Stream.Null);
        what();
    }
}
