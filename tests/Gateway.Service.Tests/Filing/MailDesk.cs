using System.Globalization;
using System.Net;
using Gateway.Dicom.Identifiers;
using Gateway.DicomMail.Messages;
using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Gateway.Service.Configuration;
using Gateway.Service.Confirming;
using Gateway.Service.Delivering;
using Gateway.Service.Filing;
using Gateway.Service.Health;
using Gateway.Service.Ledgers;
using Gateway.Service.Opening;
using Gateway.Service.Partnering;
using Gateway.Service.Receiving;
using Gateway.Service.Routing;
using Gateway.Service.Sending;
using Gateway.Service.Spooling;
using Gateway.Service.Tests.Running;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Service.Tests.Filing;

/// <summary>What opens mail and files documents, in this process, put together as the host does it; all that it keeps lies in one folder.</summary>
internal sealed class MailDesk : IDisposable
{
    private static readonly OwnKey Ours = OwnKey.Generate(KeyAlgorithm.Curve25519, "South <gateway@south.example>", DateTimeOffset.UtcNow.AddDays(-1), TimeSpan.FromDays(30));
    private static readonly OwnKey Theirs = OwnKey.Generate(KeyAlgorithm.Curve25519, "North <gateway@north.example>", DateTimeOffset.UtcNow.AddDays(-1), TimeSpan.FromDays(30));
    private static readonly Partner North = new() { Id = "north", Name = "North", Addresses = ["gateway@north.example"], Keys = [Theirs.Fingerprint], Receipts = ReceiptKind.Signed };

    private readonly Core core;
    private readonly MailOpener opener;
    private readonly DocumentDesk desk;

    private MailDesk(string folder, TimeProvider time, Core core, IReadOnlyList<string> scanCommand)
    {
        this.core = core;
        Folders = new MailFolders(Path.Combine(folder, "mail"));
        Folders.Make();
        var correspondents = new CorrespondentsFolders(Path.Combine(folder, "keys"), Path.Combine(folder, "partners"), new MachineProtection());
        correspondents.Keep(Ours);
        correspondents.Accept(Theirs.Public);
        correspondents.Write(new PartnerDirectory([North]), Ours, DateTimeOffset.UtcNow);
        var mail = new MailSettings(
            "gateway@south.example", "", folder, [], null, null, AsksRevocation: false, null, null, TimeSpan.FromSeconds(1), null, "", "", HasMachineStore: false, Directory.CreateDirectory(Path.Combine(folder, "scan")).FullName, scanCommand);
        var shelf = new DocumentShelf(Folders);
        var intake = new MailIntake(core.Spool, new SpoolIntake(core.Spool, core.Known, core.Arrivals, new ServiceCounts()));
        var settings = Settings(folder, mail);
        var correspondence = new Correspondence(correspondents, core.Condition, NullLogger<Correspondence>.Instance);
        var room = new DiskRoom(core.Spool, settings.Disk, settings.Urgency, core.Condition, time, NullLogger<DiskRoom>.Instance);
        opener = new MailOpener(
            Folders, mail, correspondence, new FragmentShelf(Folders, time), new WaitingShelf(Folders, correspondence), intake, shelf,
            new Confirmations(Folders, core.Ledger, NullLogger<Confirmations>.Instance), settings, core.Ledger, room, settings.Backoff, time, NullLogger<MailOpener>.Instance);
        desk = new DocumentDesk(shelf, new DocumentScan(mail.ScanFolder, new CommandScanner(scanCommand)), intake, core.Spool, core.Ledger, time, NullLogger<DocumentDesk>.Instance);
    }

    public MailFolders Folders { get; }

    public IReadOnlyList<DocumentState> Documents => core.Ledger.AskMail(book => book.Documents.ToList());

    /// <summary>What the partner is answered for, of its last message.</summary>
    public ReceivedMessage Answer => core.Ledger.AskMail(book => book.Sets.MaxBy(set => set.LastAt)!.Messages.Values.Single());

    /// <summary>The objects in the spool.</summary>
    public IReadOnlyList<SpoolName> Stored => [.. Spool.Subfolders().SelectMany(core.Spool.Names)];

    /// <summary>Opens it as the next start does.</summary>
    public static async Task<MailDesk> OpenAsync(string folder, TimeProvider time, IReadOnlyList<string> scanCommand)
    {
        var spool = Directory.CreateDirectory(Path.Combine(folder, "spool")).FullName;
        var opened = new MailDesk(folder, time, await Core.StartedAsync(spool, time, "pacs"), scanCommand);
        await opened.desk.StartAsync(new CancellationToken(canceled: true)); // what it finishes at the start, and no more
        return opened;
    }

    /// <summary>A message of the partner.</summary>
    public byte[] Message(IReadOnlyList<byte[]> objects, params StudyDocument[] documents)
    {
        using var written = new MemoryStream();
        var message = new OutgoingMessage(
            new SetPart(Guid.NewGuid().ToString("N"), 1, 1), OutgoingMessage.NewMessageId("gateway@north.example"), "gateway@north.example", "gateway@south.example", IsUrgent: false,
            [.. objects.Select((bytes, index) => new StudyObject(index.ToString(CultureInfo.InvariantCulture), bytes.Length, () => new MemoryStream(bytes)))], documents, DateTimeOffset.UtcNow);
        StudyMessage.Write(message, North, Theirs, [Ours.Public], written);
        return written.ToArray();
    }

    /// <summary>Lays a mail into the inbox, as it lies there once it was fetched.</summary>
    public void Receive(byte[] mail) => File.WriteAllBytes(Path.Combine(Folders.Inbox, $"{Guid.NewGuid():N}.eml"), mail);

    /// <summary>Opens the mail, and does what can be done for its documents now.</summary>
    public async Task WorkAsync()
    {
        await opener.OpenAllAsync(TestContext.Current.CancellationToken);
        await desk.FileAllAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Calls at each step at which a kill leaves something else on the disk.</summary>
    public void AtEachStep(Action step)
    {
        core.Spool.Passing = _ => step();
        core.Ledger.File.Passing = moment =>
        {
            if (moment == Moment.LineAppended) // by the thread that works; the others come while it works on
                step();
        };
        desk.Passing = step;
    }

    public async Task<IReadOnlyList<T>> EventsAsync<T>()
        where T : LedgerEvent => [.. (await core.EventsAsync()).OfType<T>()];

    public void Dispose()
    {
        opener.Dispose();
        desk.Dispose();
        core.Dispose();
    }

    private static ServiceSettings Settings(string folder, MailSettings mail) => new()
    {
        Site = "South",
        AeTitle = AeTitle.Parse("DICOMMAIL"),
        DicomEndPoint = new IPEndPoint(IPAddress.Loopback, 0),
        MaximumPduBytes = 131_072,
        MaximumObjectBytes = 1L << 30,
        MaximumAssociations = 4,
        IdleTimeout = TimeSpan.FromSeconds(30),
        Callers = [],
        Urgency = new UrgencyTitles(null, null),
        SpoolFolder = folder,
        Disk = new DiskLimits(0, 0, TimeSpan.FromDays(1), TimeSpan.FromDays(1)),
        Index = new IndexSettings(Path.Combine(folder, "index.db"), null),
        Targets = new Targets([], [new PartnerTarget("north", null)]),
        Routes = [],
        Mail = mail,
        Completion = new Completion(null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), 10, TimeSpan.FromMilliseconds(200)),
        Backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromHours(1)),
        HealthEndPoint = new IPEndPoint(IPAddress.Loopback, 0),
        LogFolder = folder,
        LogRetainDays = 1,
        Audit = new AuditSettings(folder, 1),
        Syslog = null,
        Alarms = new AlarmSettings(TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(60), null, null),
    };
}
