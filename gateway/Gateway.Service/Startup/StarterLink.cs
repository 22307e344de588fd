namespace Gateway.Service.Startup;

/// <summary>Standard input as the link to whoever started this process: it ends when the starter closes it, and when the starter dies.</summary>
internal static class StarterLink
{
    /// <summary>Does something once it has ended.</summary>
    public static void WhenGone(Action what) => _ = WaitAsync(what);

    private static async Task WaitAsync(Action what)
    {
        await using var input = Console.OpenStandardInput();
        await input.CopyToAsync(Stream.Null);
        what();
    }
}
