using Gateway.Service.Configuration;
using Gateway.Service.Sending;

namespace Gateway.Service.Keeping;

/// <summary>Removes mail and documents that lie aside because they cannot be used, once they are older than the longest time that anything of patients is kept (X-RET): until then a person may look at them.</summary>
/// <param name="folders">Where mail lies.</param>
/// <param name="limits">The longest time.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Is told what goes.</param>
internal sealed partial class SetAsideMail(MailFolders folders, DiskLimits limits, TimeProvider time, ILogger<SetAsideMail> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <summary>Removes what may go now.</summary>
    /// <returns>How many files went.</returns>
    /// <exception cref="IOException">The volume fails.</exception>
    public int Sweep()
    {
        var now = time.GetUtcNow();
        var old = new DirectoryInfo(folders.Refused).GetFiles().Where(file => now - file.LastWriteTimeUtc >= limits.KeepAtMost).ToList();
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} mails and documents that lay aside were removed: they are older than the longest time, and nobody used them")]
    private partial void LogRemoved(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Mail that lies aside could not be removed; it is tried again: {Reason}")]
    private partial void LogFailed(string reason);
}
