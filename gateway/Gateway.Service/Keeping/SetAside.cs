using Gateway.Service.Configuration;

namespace Gateway.Service.Keeping;

/// <summary>
/// Removes what lies aside, once it is older than the longest time that anything of patients is kept (X-RET): mail and documents that cannot be used, mail whose signer nobody came to know, images with
/// the UID of another. Until then a person may look at them.
/// </summary>
/// <param name="folders">Where they lie.</param>
/// <param name="limits">The longest time.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Is told what goes.</param>
internal sealed partial class SetAside(IReadOnlyList<string> folders, DiskLimits limits, TimeProvider time, ILogger<SetAside> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <summary>Removes what may go now.</summary>
    /// <returns>How many files went.</returns>
    /// <exception cref="IOException">The volume fails.</exception>
    public int Sweep()
    {
        var now = time.GetUtcNow();
        var old = folders.Where(Directory.Exists).SelectMany(folder => new DirectoryInfo(folder).GetFiles()).Where(file => now - file.LastWriteTimeUtc >= limits.KeepAtMost).ToList();
        foreach (var file in old)
            file.Delete();
        if (old.Count > 0)
            LogRemoved(old.Count);
        return old.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                Sweep();
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                LogFailed(failure.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} mails, documents and images that lay aside were removed: they are older than the longest time, and nobody used them")]
    private partial void LogRemoved(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "What lies aside could not be removed; it is tried again: {Reason}")]
    private partial void LogFailed(string reason);
}
