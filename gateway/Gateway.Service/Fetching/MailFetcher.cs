using System.Security.Cryptography;
using Gateway.DicomMail.Transport;
using Gateway.Service.Configuration;
using Gateway.Service.Ledgers;
using Gateway.Service.Receiving;
using Gateway.Service.Sending;
using Gateway.Service.Spooling;

namespace Gateway.Service.Fetching;

/// <summary>
/// Fetches mail from every mailbox, each in its own time, so that one that is slow holds up no other. A mail is on the device, and the ledger
/// says so, before it is removed from its mailbox; one that comes again is known by its mailbox and its id there.
/// </summary>
internal sealed partial class MailFetcher(
    IEnumerable<IMailbox> mailboxes, MailSettings settings, MailFolders folders, MailboxStates states, Ledger ledger, DiskRoom room, DiskLimits limits, TimeProvider time,
    ILogger<MailFetcher> log) : BackgroundService
{
    private const int HeadBytes = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    // Where there was mail there may be more; a server that forgets what was removed is not asked without end.
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(200);

    /// <summary>Keeps a mail, or knows that it was kept before.</summary>
    public async Task KeepAsync(WaitingMail mail, CancellationToken cancellation)
    {
        var head = Convert.ToHexStringLower(SHA256.HashData(mail.Headers.Span).AsSpan(0, HeadBytes));
        if (ledger.AskMail(book => book.IsFetched(mail.Mailbox, mail.Id, head)))
            return;
        if (room.FreeBytes - mail.Bytes < (mail.Headers.IsEmpty || UrgentMail.IsMarked(mail.Headers.Span) ? limits.Floor : limits.EmergencyReserve))
            throw new IOException($"the disk has no room for a mail of {mail.Bytes} bytes"); // it is safe where it is
        var unfinished = Path.Combine(folders.Inbox, $"{Guid.NewGuid():N}{Spool.Unfinished}");
        try
        {
            var (digest, bytes) = await WriteAsync(mail, unfinished, cancellation);
            var name = $"{digest}.eml";
            File.Move(unfinished, Path.Combine(folders.Inbox, name), overwrite: true);
            DurableFiles.FlushFolder(folders.Inbox);
            ledger.Record(new LedgerEvent.Fetched(mail.Mailbox, mail.Id, head, name, bytes));
            await ledger.FlushAsync();
            LogFetched(mail.Mailbox, name, bytes);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(mailboxes.Select(mailbox => ServeAsync(mailbox, stoppingToken)));

    private async Task ServeAsync(IMailbox mailbox, CancellationToken cancellation)
    {
        await Task.Yield();
        var wasReached = true;
        using var timer = new PeriodicTimer(settings.Poll, time);
        try
        {
            var kept = 0;
            do
            {
                if (kept > 0)
                    await Task.Delay(Soon, time, cancellation);
                kept = 0;
                if (room.FreeBytes < limits.Floor)
                    continue; // it is safe where it is
                try
                {
                    using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                    patience.CancelAfter(Patience);
                    kept = await mailbox.PollAsync(KeepAsync, patience.Token);
                    states.Reached(mailbox, time.GetUtcNow());
                    if (!wasReached)
                        LogReached(mailbox.Name);
                    wasReached = true;
                }
                catch (Exception failure) when (failure is MailboxException or IOException or UnauthorizedAccessException or OperationCanceledException && !cancellation.IsCancellationRequested)
                {
                    states.Missed(mailbox, failure.Message);
                    if (wasReached)
                        LogUnreached(mailbox.Name, failure.Message);
                    wasReached = false;
                }
            }
            while (kept > 0 || await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // the end
        }
    }

    private static async Task<(string Digest, long Bytes)> WriteAsync(WaitingMail mail, string path, CancellationToken cancellation)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 256 * 1024);
        await mail.CopyToAsync(file, cancellation);
        await file.FlushAsync(cancellation);
        DurableFiles.FlushData(file.SafeFileHandle);
        file.Position = 0;
        return (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation)), file.Length);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A mail was fetched from {Mailbox}: {Name}, {Bytes} bytes")]
    private partial void LogFetched(string mailbox, string name, long bytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The mailbox {Mailbox} cannot be asked: {Reason}")]
    private partial void LogUnreached(string mailbox, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The mailbox {Mailbox} can be asked again")]
    private partial void LogReached(string mailbox);
}
