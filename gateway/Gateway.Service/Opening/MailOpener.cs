using System.Globalization;
using Gateway.DicomMail.Messages;
using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Gateway.Service.Configuration;
using Gateway.Service.Confirming;
using Gateway.Service.Fetching;
using Gateway.Service.Ledgers;
using Gateway.Service.Partnering;
using Gateway.Service.Routing;
using Gateway.Service.Sending;

namespace Gateway.Service.Opening;

/// <summary>
/// Opens the mail that was fetched. What a partner has signed goes on: images into the spool, receipts to the messages that they answer.
/// What cannot be opened is kept aside with the reason in the ledger, and what was signed by nobody who is known until somebody knows the signer. A mail is deleted only after the ledger knows
/// what became of it.
/// </summary>
internal sealed partial class MailOpener(
    MailFolders folders, MailSettings settings, Correspondence correspondence, FragmentShelf shelf, WaitingShelf waiting, MailIntake intake, Confirmations confirmations,
    ServiceSettings service, Ledger ledger, TimeProvider time, ILogger<MailOpener> log) : BackgroundService
{
    private const int AtOnce = 2;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    /// <summary>Opens what lies in the inbox.</summary>
    /// <returns>How many mails were opened or put aside.</returns>
    public async Task<int> OpenAllAsync(CancellationToken cancellation)
    {
        var mails = new DirectoryInfo(folders.Inbox).EnumerateFiles("*.eml").OrderBy(file => !IsUrgent(file.FullName)).ThenBy(file => file.LastWriteTimeUtc).Select(file => file.FullName).ToList();
        var done = 0;
        await Parallel.ForEachAsync(mails, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (path, token) =>
        {
            await OpenAsync(path, token);
            Interlocked.Increment(ref done);
        });
        return done;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var changed = ledger.ChangedAsync();
                foreach (var mail in waiting.Release())
                    LogReleased(mail);
                if (await OpenAllAsync(stoppingToken) == 0)
                    await Task.WhenAny(changed, Task.Delay(Rest, time, stoppingToken));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                LogFailed(failure);
                await Task.Delay(Rest, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task OpenAsync(string path, CancellationToken cancellation)
    {
        try
        {
            var look = MailLook.At(path, cancellation);
            switch (look.Kind)
            {
                case MailKind.Fragment:
                    shelf.Add(path, look, cancellation);
                    return;
                case MailKind.Report:
                    confirmations.TakeReport(path, cancellation);
                    return;
                case MailKind.Encrypted:
                    await OpenEncryptedAsync(path, look, cancellation);
                    return;
                default:
                    throw new MailException("It is neither encrypted nor a receipt.");
            }
        }
        catch (SignerNotKnownException unknown)
        {
            await PutAsideAsync(path, unknown.Message, unknown.KeyId);
        }
        catch (Exception failure) when (failure is MailException or OpenPgpException)
        {
            await PutAsideAsync(path, failure.Message, null);
        }
    }

    private async Task OpenEncryptedAsync(string path, MailLook look, CancellationToken cancellation)
    {
        var folder = Path.Combine(folders.Unpacked, Path.GetFileNameWithoutExtension(path));
        Directory.CreateDirectory(folder);
        try
        {
            var correspondents = correspondence.Now;
            var message = Unpacking.Unpack(path, look, correspondents.Ring, folder, UnpackLimits.Default, cancellation);
            var (partner, signed) = SignerOf(message, correspondents);
            if (message.To is { } to && !string.Equals(to, settings.Address, StringComparison.OrdinalIgnoreCase))
                throw new MailException("It was written for another address.");
            if (message.Receipt is { } receipt)
            {
                await confirmations.TakeSignedAsync(path, receipt, message.MessageId ?? look.MessageId, partner, signed.Signer);
                return;
            }

            if (time.GetUtcNow() - signed.At > partner.MaximumAge + partner.MaximumAge)
                throw new MailException($"It was signed at {signed.At:u}, which is longer ago than the partner's images are kept: an old mail that comes again.");
            await TakeImagesAsync(path, look, message, partner, signed.Signer, cancellation);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (Partner Partner, SignatureVerdict.Good Signed) SignerOf(UnpackedMessage message, Correspondents correspondents) => message.Signature switch
    {
        SignatureVerdict.Good good when correspondents.Directory.Of(good.Signer) is { } partner => (partner, good),
        SignatureVerdict.Good good => throw new SignerNotKnownException($"It is signed by {good.Signer}, which is no key of a partner in the directory.", good.Signer.KeyId),
        SignatureVerdict.UnknownSigner unknown => throw new SignerNotKnownException($"It is signed by a key that nobody has accepted here: {unknown.KeyId:X16}.", unknown.KeyId),
        SignatureVerdict.Bad bad => throw new MailException($"Its signature is not good: {bad.Reason}"),
        _ => throw new MailException("It is not signed."),
    };

    private async Task TakeImagesAsync(string path, MailLook look, UnpackedMessage message, Partner partner, Fingerprint signer, CancellationToken cancellation)
    {
        if (message.Objects.Count == 0)
            throw new MailException("There is no image in it.");
        var id = message.MessageId ?? look.MessageId;
        var part = message.Part ?? new SetPart(SetOf(id), 1, 1);
        var called = message.IsUrgent && service.Urgency.Emergency is { } emergency ? emergency : service.AeTitle;
        var calling = service.Targets.Partners.FirstOrDefault(one => one.Id == partner.Id)?.AeTitle ?? new PartnerTarget(partner.Id, null).AeTitle;
        var mail = Path.GetFileName(path);
        List<string> names = [];
        var unusable = 0;
        foreach (var one in message.Objects)
        {
            var (name, reason) = intake.Take(one, calling, called, cancellation);
            if (name is { } taken)
            {
                names.Add(taken.ToString());
                continue;
            }

            unusable++;
            LogUnusable(mail, partner.Id, reason!);
        }

        KeepDocuments(message);
        var wish = look.Wish;
        ledger.Record(new LedgerEvent.Opened(
            mail, partner.Id, signer.Value, part.Set, part.Number, part.Total, id, message.ContentId, names, unusable,
            wish?.Kind ?? ReceiptKind.None, wish is { } asked && partner.Addresses.Contains(asked.Address, StringComparer.OrdinalIgnoreCase) ? asked.Address : partner.Addresses[0]));
        await ledger.FlushAsync();
        File.Delete(path);
        LogOpened(mail, partner.Id, part.Number, part.Total, names.Count);
    }

    private void KeepDocuments(UnpackedMessage message)
    {
        foreach (var document in message.Documents)
            File.Move(document.FileName, Path.Combine(folders.Documents, $"{Guid.NewGuid():N}"));
    }

    // A message that names no set is one of its own.
    private static string SetOf(string messageId) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(messageId)));

    private async Task PutAsideAsync(string path, string reason, long? signer)
    {
        var name = Path.GetFileName(path);
        ledger.Record(new LedgerEvent.Discarded(name, reason, signer?.ToString("X16", CultureInfo.InvariantCulture)));
        await ledger.FlushAsync();
        if (signer is { } keyId)
            waiting.Add(path, keyId);
        else
            File.Move(path, Path.Combine(folders.Refused, name), overwrite: true);
        LogPutAside(name, reason);
    }

    private static bool IsUrgent(string path)
    {
        Span<byte> head = stackalloc byte[4096];
        using var file = File.OpenRead(path);
        return UrgentMail.IsMarked(head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The mail {Mail} of {Partner} is opened: message {Part} of {Total}, {Count} images")]
    private partial void LogOpened(string mail, string partner, int part, int total, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An object in the mail {Mail} of {Partner} cannot be taken: {Reason}")]
    private partial void LogUnusable(string mail, string partner, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The mail {Mail} cannot be used and is kept aside: {Reason}")]
    private partial void LogPutAside(string mail, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The signer of the mail {Mail}, which was kept aside, is known now: it is opened")]
    private partial void LogReleased(string mail);

    [LoggerMessage(Level = LogLevel.Error, Message = "Mail could not be opened; it is tried again")]
    private partial void LogFailed(Exception failure);
}
