using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.DicomMail.Messages;
using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Gateway.Service.Configuration;
using Gateway.Service.Confirming;
using Gateway.Service.Delivering;
using Gateway.Service.Fetching;
using Gateway.Service.Filing;
using Gateway.Service.Ledgers;
using Gateway.Service.Partnering;
using Gateway.Service.Receiving;
using Gateway.Service.Routing;
using Gateway.Service.Sending;

namespace Gateway.Service.Opening;

/// <summary>
/// Opens the mail that was fetched. What a partner has signed goes on: images into the spool, documents to where they are scanned, receipts to the messages that they answer.
/// What cannot be opened is kept aside with the reason in the ledger, and what was signed by nobody who is known until somebody knows the signer. A mail is deleted only after the ledger knows
/// what became of it.
/// </summary>
internal sealed partial class MailOpener(
    MailFolders folders, MailSettings settings, Correspondence correspondence, FragmentShelf shelf, WaitingShelf unknownSigners, MailIntake intake, DocumentShelf documents, Confirmations confirmations,
    ServiceSettings service, Ledger ledger, DiskRoom room, Backoff backoff, TimeProvider time, ILogger<MailOpener> log) : BackgroundService
{
    private const int AtOnce = 2;

    // Fragments are joined between rounds: a message in fragments waits for no backlog either.
    private const int ARound = 20;

    // What is unpacked lies on the disk once more in the spool.
    private const int Copies = 2;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, (int Attempt, DateTimeOffset Until)> waiting = [];

    /// <summary>Opens what lies in the inbox, and what comes meanwhile: each time the most urgent, and of those the oldest. After some mails what they made whole is joined, and the rest is left to the next call.</summary>
    /// <returns>How many mails were opened or put aside.</returns>
    public async Task<int> OpenAllAsync(CancellationToken cancellation)
    {
        var round = new InboxRound(folders.Inbox, IsDue);
        var done = 0;
        await Parallel.ForEachAsync(round.Mails().TakeWhile(_ => Volatile.Read(ref done) < ARound), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (path, token) =>
        {
            if (await OpenAsync(path, token))
                Interlocked.Increment(ref done);
        });
        return done + await JoinAllAsync(cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var changed = ledger.ChangedAsync();
                foreach (var mail in unknownSigners.Release())
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

    private Task<bool> OpenAsync(string path, CancellationToken cancellation) => AttemptAsync(path, async () =>
    {
        if (await ObstacleToAsync(path, cancellation) is { } obstacle)
            await PutAsideAsync(path, Path.GetFileName(path), obstacle);
    });

    // One that cannot be read now holds up no other.
    private async Task<bool> AttemptAsync(string path, Func<Task> open)
    {
        try
        {
            await open();
            waiting.TryRemove(path, out _);
            return true;
        }
        catch (NoRoomException failure)
        {
            Wait(path, failure.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogFailed(failure);
        }

        return false;
    }

    private bool IsDue(string path) => !waiting.TryGetValue(path, out var until) || time.GetUtcNow() >= until.Until;

    private void Wait(string path, string reason)
    {
        var attempt = waiting.TryGetValue(path, out var before) ? before.Attempt + 1 : 1;
        var until = backoff.Next(attempt, time.GetUtcNow(), random: 0);
        waiting[path] = (attempt, until);
        ledger.Record(new LedgerEvent.Waits(Path.GetFileName(path), attempt, until, reason));
        LogWaits(Path.GetFileName(path), reason);
    }

    // Mail of an emergency may use the reserve that is kept for it.
    private UnpackLimits Limits(string path)
    {
        var free = room.FreeBytes - (UrgentMail.IsMarkedFile(path) ? service.Disk.Floor : service.Disk.EmergencyReserve);
        return UnpackLimits.Default with { RoomBytes = Math.Max(0, free / (Copies * AtOnce)) };
    }

    /// <summary>Opens a mail.</summary>
    /// <returns>Why it cannot be used; null where it could.</returns>
    private async Task<Obstacle?> ObstacleToAsync(string path, CancellationToken cancellation, bool isJoined = false)
    {
        try
        {
            var look = MailLook.At(path, cancellation);
            switch (look.Kind)
            {
                case MailKind.Fragment when !isJoined:
                    shelf.Add(path, look);
                    return null;
                case MailKind.Report:
                    await confirmations.TakeReportAsync(path, cancellation);
                    return null;
                case MailKind.Encrypted:
                    await OpenEncryptedAsync(path, look, cancellation);
                    return null;
                default:
                    return new Obstacle("It is neither encrypted nor a receipt.");
            }
        }
        catch (SignerNotKnownException unknown)
        {
            return new Obstacle(unknown.Message, unknown.KeyId);
        }
        catch (Exception failure) when (failure is MailException or OpenPgpException)
        {
            return new Obstacle(failure.Message);
        }
        catch (Exception failure) when (failure is not (IOException or UnauthorizedAccessException or OperationCanceledException))
        {
            return new Obstacle($"It cannot be read, in a way that nobody foresaw: {failure.GetType().Name}."); // no mail may end the service; this one lies aside, and shows it again
        }
    }

    private async Task<int> JoinAllAsync(CancellationToken cancellation)
    {
        var done = 0;
        foreach (var choice in shelf.Whole())
        {
            var joined = shelf.PathOf(choice);
            if (!Directory.Exists(choice.Shelf) || !choice.Paths.All(File.Exists))
                continue; // another choice was the message
            if (IsDue(joined) && await AttemptAsync(joined, () => JoinAsync(choice, joined, cancellation)))
                done++;
            else
                shelf.Again(choice);
        }

        foreach (var path in shelf.Overdue())
        {
            await PutAsideAsync(path, FragmentShelf.MailOf(path), new Obstacle("It is a fragment of a message that never became whole, or of one that could not be opened."));
            done++;
        }

        return done;
    }

    private async Task JoinAsync(FragmentChoice choice, string joined, CancellationToken cancellation)
    {
        shelf.Join(choice, cancellation);
        if (await ObstacleToAsync(joined, cancellation, isJoined: true) is { } obstacle)
        {
            await PutAsideAsync(joined, Path.GetFileName(joined), obstacle with { Reason = $"It was joined of {choice.Paths.Count} fragments: {obstacle.Reason}" });
            FragmentShelf.Fail(choice);
            return;
        }

        foreach (var path in shelf.Clear(choice))
            await PutAsideAsync(path, FragmentShelf.MailOf(path), new Obstacle("It is a fragment of a message that was whole without it, and opened."));
    }

    private async Task OpenEncryptedAsync(string path, MailLook look, CancellationToken cancellation)
    {
        var folder = Path.Combine(folders.Unpacked, Path.GetFileNameWithoutExtension(path));
        Directory.CreateDirectory(folder);
        try
        {
            var correspondents = correspondence.Now;
            var message = Unpacking.Unpack(path, look, correspondents.Ring, folder, Limits(path), cancellation);
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
            await TakeContentAsync(path, look, message, partner, signed.Signer, cancellation);
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

    private async Task TakeContentAsync(string path, MailLook look, UnpackedMessage message, Partner partner, Fingerprint signer, CancellationToken cancellation)
    {
        if (message.Objects.Count == 0 && message.Documents.Count == 0)
            throw new MailException("There is neither an image nor a document in it.");
        var id = message.MessageId ?? look.MessageId;
        var part = PlaceOf(message.Part ?? new SetPart(HashOf(id), 1, 1), partner);
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

        var kept = KeepDocuments(message, partner, calling, called, cancellation);
        var wish = look.Wish;
        ledger.Record(new LedgerEvent.Opened(
            mail, partner.Id, signer.Value, part.Set, part.Number, part.Total, id, message.ContentId, names, unusable,
            wish?.Kind ?? ReceiptKind.None, wish is { } asked && partner.Addresses.Contains(asked.Address, StringComparer.OrdinalIgnoreCase) ? asked.Address : partner.Addresses[0], kept));
        await ledger.FlushAsync();
        foreach (var document in kept ?? [])
        {
            if (ledger.AskMail(book => book.FindDocument(document.Name)) is { Instance: not null }) // it came again
                documents.Remove(document.Name);
        }

        if (unusable == 0)
            File.Delete(path);
        else
            File.Move(path, Path.Combine(folders.Refused, mail), overwrite: true);
        LogOpened(mail, partner.Id, part.Number, part.Total, names.Count, message.Documents.Count);
    }

    // One that names no study belongs to that of the images beside it, where they are of one.
    private List<ReceivedDocument>? KeepDocuments(UnpackedMessage message, Partner partner, AeTitle calling, AeTitle called, CancellationToken cancellation)
    {
        if (message.Documents.Count == 0)
            return null;
        var beside = new Lazy<string>(() => StudyOf(message.Objects, cancellation));
        List<ReceivedDocument> kept = [];
        foreach (var document in message.Documents)
        {
            var study = Uid.TryParse(document.Study, out var named) ? named.Value : beside.Value;
            var name = documents.Keep(document, study, partner.Id, new KeptDocument(document.ContentType, document.Charset, document.Title, calling.Value, called.Value));
            kept.Add(new ReceivedDocument(name, study));
        }

        return [.. kept.Distinct()];
    }

    private static string StudyOf(IReadOnlyList<string> objects, CancellationToken cancellation)
    {
        HashSet<string> studies = [];
        foreach (var one in objects)
        {
            try
            {
                using var file = DicomFile.Open(one, DataSetLimits.Default, cancellation);
                studies.Add(file.DataSet.Text(Tag.StudyInstanceUid) ?? "");
            }
            catch (Exception failure) when (failure is Part10Exception or DataSetException)
            {
                studies.Add(""); // it could be of any
            }
        }

        return studies.Count == 1 ? studies.First() : "";
    }

    // A message that names no set is one of its own, and one whose set is known with another total is of another set under the same id.
    private SetPart PlaceOf(SetPart part, Partner partner) =>
        ledger.AskMail(book => book.SetOf(partner.Id, part.Set)) is { } known && known.Total != part.Total
            ? part with { Set = HashOf(string.Create(CultureInfo.InvariantCulture, $"{part.Set} {part.Total}")) } : part;

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private async Task PutAsideAsync(string path, string name, Obstacle obstacle)
    {
        var (reason, signer) = obstacle;
        ledger.Record(new LedgerEvent.Discarded(name, reason, signer?.ToString("X16", CultureInfo.InvariantCulture)));
        await ledger.FlushAsync();
        if (signer is { } keyId)
            unknownSigners.Add(path, keyId);
        else
            File.Move(path, Path.Combine(folders.Refused, name), overwrite: true);
        LogPutAside(name, reason);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The mail {Mail} of {Partner} is opened: message {Part} of {Total}, {Count} images, {Documents} documents")]
    private partial void LogOpened(string mail, string partner, int part, int total, int count, int documents);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An object in the mail {Mail} of {Partner} cannot be taken: {Reason}")]
    private partial void LogUnusable(string mail, string partner, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The mail {Mail} cannot be used and is kept aside: {Reason}")]
    private partial void LogPutAside(string mail, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The mail {Mail} must wait: {Reason}")]
    private partial void LogWaits(string mail, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The signer of the mail {Mail}, which was kept aside, is known now: it is opened")]
    private partial void LogReleased(string mail);

    [LoggerMessage(Level = LogLevel.Error, Message = "Mail could not be opened; it is tried again")]
    private partial void LogFailed(Exception failure);

    /// <summary>Why a mail cannot be used.</summary>
    /// <param name="Reason">The reason, in words.</param>
    /// <param name="Signer">The id of the key that somebody has to accept first; null where that would not help.</param>
    private sealed record Obstacle(string Reason, long? Signer = null);
}
