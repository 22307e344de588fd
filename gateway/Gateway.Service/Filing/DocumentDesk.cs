using Gateway.Dicom.DataSets;
using Gateway.Dicom.Documents;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Service.Ledgers;
using Gateway.Service.Opening;
using Gateway.Service.Sending;
using Gateway.Service.Spooling;

namespace Gateway.Service.Filing;

/// <summary>
/// Brings the documents of partners to where images go. Each is scanned, and becomes an Encapsulated PDF of its study, which is taken into the spool as an image
/// that came by mail is: routed, sent, proved and answered for like one. Whose it is an image of the study says: a document waits for one. What is
/// infected, no PDF and no text, or without a study goes nowhere: it lies aside, the ledger says why, the site is alarmed and the partner told.
/// </summary>
/// <remarks>Each step rests on a line of the ledger, and is done again where the line is missing: the same document makes the same object.</remarks>
internal sealed partial class DocumentDesk(
    DocumentShelf shelf, DocumentScan scan, MailIntake intake, Spool spool, Ledger ledger, TimeProvider time, ILogger<DocumentDesk> log) : BackgroundService
{
    /// <summary>How long a document waits for an image of its study.</summary>
    public static readonly TimeSpan LongestWaitForImages = TimeSpan.FromHours(24);

    /// <summary>How long it is tried to have a document scanned.</summary>
    public static readonly TimeSpan LongestWaitForScanner = TimeSpan.FromHours(1);

    private static readonly TimeSpan BetweenScans = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, DateTimeOffset> notBefore = [];

    /// <summary>Told each step that is done and not in the ledger yet; nobody but tests listens.</summary>
    internal Action? Passing { get; set; }

    /// <summary>Does what can be done now for the documents that wait.</summary>
    /// <exception cref="IOException">The volume fails.</exception>
    public async Task FileAllAsync(CancellationToken cancellation)
    {
        foreach (var document in ledger.AskMail(book => book.Documents.Where(document => document.IsOpen).ToList()))
            await AttemptAsync(document, cancellation);
    }

    // One that cannot be handled keeps no other back, and none ends the service.
    private async Task AttemptAsync(DocumentState document, CancellationToken cancellation)
    {
        if (notBefore.TryGetValue(document.Name, out var due) && time.GetUtcNow() < due)
            return;
        try
        {
            await FileAsync(document, cancellation);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            notBefore[document.Name] = time.GetUtcNow() + LongestRest;
            LogNotHandled(failure, document.Name);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogNotHandled(failure, document.Name);
            await SetAsideAsync(document, "it cannot be made an object of DICOM");
        }
    }

    /// <summary>Finishes what an earlier run has said and not done. A document that the ledger lacks comes again with its mail, which is still there.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var name in shelf.Names)
        {
            switch (ledger.AskMail(book => book.FindDocument(name)))
            {
                case null or { Instance: not null }:
                    shelf.Remove(name);
                    break;
                case { IsSetAside: true }:
                    shelf.SetAside(name);
                    break;
            }
        }

        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var changed = ledger.ChangedAsync();
                await FileAllAsync(stoppingToken);
                await Task.Delay(ShortestRest, time, stoppingToken);
                await Task.WhenAny(changed, Task.Delay(LongestRest, time, stoppingToken));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                LogFailed(failure);
                await Task.Delay(LongestRest, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task FileAsync(DocumentState document, CancellationToken cancellation)
    {
        if (shelf.Find(document.Name) is not { } note)
            await SetAsideAsync(document, "it is not on the disk any more");
        else if (document.Study.Length == 0)
            await SetAsideAsync(document, "it names no study, and did not come with the images of one");
        else if (document.IsScanned || await ScanAsync(document, note, cancellation))
            await PutIntoSpoolAsync(document, note, cancellation);
    }

    private async Task<bool> ScanAsync(DocumentState document, KeptDocument note, CancellationToken cancellation)
    {
        var path = shelf.PathOf(document.Name);
        switch (await scan.ScanAsync(path, document.Name + PdfOf.EndingOf(path), cancellation))
        {
            case ScanVerdict.Infected infected:
                await SetAsideAsync(document, infected.Reason, isInfected: true);
                return false;
            case ScanVerdict.NotScanned not when time.GetUtcNow() - document.Since >= LongestWaitForScanner:
                await SetAsideAsync(document, $"it was not scanned: {not.Reason}");
                return false;
            case ScanVerdict.NotScanned not:
                notBefore[document.Name] = time.GetUtcNow() + BetweenScans;
                LogNotScanned(document.Name, not.Reason);
                return false;
        }

        if (PdfOf.ReasonAgainst(path, note) is { } reason)
        {
            await SetAsideAsync(document, reason);
            return false;
        }

        Passing?.Invoke();
        ledger.Record(new LedgerEvent.DocumentScanned(document.Name, scan.Scanner));
        return true;
    }

    private async Task PutIntoSpoolAsync(DocumentState document, KeptDocument note, CancellationToken cancellation)
    {
        if (!MakeObject(document, note, cancellation))
        {
            if (time.GetUtcNow() - document.Since >= LongestWaitForImages)
                await SetAsideAsync(document, $"no image of its study came in {LongestWaitForImages.TotalHours} hours");
            return;
        }

        var (name, reason) = intake.Take(shelf.ObjectPathOf(document.Name), AeTitle.Parse(note.Calling), AeTitle.Parse(note.Called), cancellation);
        Passing?.Invoke();
        if (name is null)
        {
            await SetAsideAsync(document, reason!);
            return;
        }

        ledger.Record(new LedgerEvent.DocumentFiled(document.Name, name.Value.ToString()));
        await ledger.FlushAsync();
        Passing?.Invoke();
        shelf.Remove(document.Name);
        LogFiled(document.Name, document.Partner);
    }

    // False where no image of the study can be read.
    private bool MakeObject(DocumentState document, KeptDocument note, CancellationToken cancellation)
    {
        if (ledger.AskMail(book => book.Images.Of(document.Study)) is not { } named || SpoolName.Parse(named) is not { } image || !spool.Has(image))
            return false;
        try
        {
            using var file = DicomFile.Open(spool.PathOf(image), DataSetLimits.Default, cancellation);
            using var pdf = PdfOf.Open(shelf.PathOf(document.Name), note).Pdf!;
            var made = new EncapsulatedPdf(Uid.OfName($"document/{document.Name}/series"), Uid.OfName($"document/{document.Name}/instance"), note.Title);
            DurableMail.Write(shelf.ObjectPathOf(document.Name), to => made.Write(pdf, file.DataSet, to, cancellation));
            return true;
        }
        catch (Exception failure) when (failure is Part10Exception or DataSetException)
        {
            LogNoImage(document.Name, failure.Message);
            return false;
        }
    }

    private async Task SetAsideAsync(DocumentState document, string reason, bool isInfected = false)
    {
        ledger.Record(new LedgerEvent.DocumentSetAside(document.Name, document.Partner, reason, isInfected));
        await ledger.FlushAsync();
        Passing?.Invoke();
        shelf.SetAside(document.Name);
        LogSetAside(document.Name, document.Partner, reason);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The document {Document} of {Partner} is in the spool")]
    private partial void LogFiled(string document, string partner);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The document {Document} of {Partner} goes nowhere and is kept aside: {Reason}")]
    private partial void LogSetAside(string document, string partner, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The document {Document} could not be scanned, which is tried again: {Reason}")]
    private partial void LogNotScanned(string document, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The document {Document} waits for another image of its study, as one cannot be read: {Reason}")]
    private partial void LogNoImage(string document, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The document {Document} could not be handled")]
    private partial void LogNotHandled(Exception failure, string document);

    [LoggerMessage(Level = LogLevel.Error, Message = "Documents could not be handled; it is tried again")]
    private partial void LogFailed(Exception failure);
}
