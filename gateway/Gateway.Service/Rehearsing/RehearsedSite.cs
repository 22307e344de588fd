using System.Net;
using Gateway.Dicom.Identifiers;
using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Gateway.Service.Configuration;
using Gateway.Service.Delivering;
using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;
using Gateway.Service.Partnering;
using Gateway.Service.Routing;
using Gateway.Service.Startup;
using Gateway.Service.Tracing;

namespace Gateway.Service.Rehearsing;

/// <summary>A site of a rehearsal: the whole gateway, with a key of its own, in a folder and on loopback.</summary>
internal sealed class RehearsedSite : IAsyncDisposable
{
    /// <summary>The AE title of what sends to it.</summary>
    public const string Sender = "REHEARSAL";

    private const string Pacs = "pacs";

    private readonly CorrespondentsFolders folders;
    private readonly ServiceSettings settings;
    private MachineCheck? machine;
    private WebApplication? application;

    /// <summary>A site that does not run yet.</summary>
    /// <param name="name">Its name, and its partner's id at the other.</param>
    /// <param name="partner">The other's name.</param>
    /// <param name="root">The folder of the rehearsal.</param>
    /// <param name="surroundings">Its mail servers and its database.</param>
    /// <param name="pacs">Where its PACS listens; null where it has none.</param>
    /// <param name="now">The time.</param>
    public RehearsedSite(string name, string partner, string root, RehearsedSurroundings surroundings, IPEndPoint? pacs, DateTimeOffset now)
    {
        Name = name;
        Address = surroundings.AddressOf(name);
        var folder = Path.Combine(root, name);
        settings = Settings(name, partner, folder, surroundings, pacs);
        foreach (var needed in new[] { settings.SpoolFolder, settings.LogFolder, Path.GetDirectoryName(settings.Index.File)!, settings.Mail!.ScanFolder })
            Directory.CreateDirectory(needed);
        folders = new CorrespondentsFolders(settings.Mail.KeysFolder, settings.Mail.PartnersFolder, new MachineProtection());
        Key = OwnKey.Generate(KeyAlgorithm.Curve25519, $"Rehearsal <{Address}>", now, TimeSpan.FromDays(1));
        folders.Keep(Key);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its key.</summary>
    public OwnKey Key { get; }

    /// <summary>Its mail address.</summary>
    public string Address { get; }

    /// <summary>Where it receives; only while it runs.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)machine!.Listening!.Socket.LocalEndPoint!;

    /// <summary>Accepts the other's key and enters it in the directory.</summary>
    public void Trust(RehearsedSite other, DateTimeOffset now)
    {
        folders.Accept(other.Key.Public);
        folders.Write(
            new PartnerDirectory([new Gateway.DicomMail.Partners.Partner { Id = other.Name, Name = other.Name, Addresses = [other.Address], Keys = [other.Key.Fingerprint], Receipts = ReceiptKind.Signed, ReceiptMeans = ReceiptMeaning.Pacs }]),
            Key, now);
    }

    /// <summary>Starts it.</summary>
    /// <returns>Why it does not start; null where it does.</returns>
    public async Task<string?> StartAsync(CancellationToken cancellation)
    {
        machine = MachineCheck.Of(settings);
        if (machine.Problems is [var problem, ..])
            return problem.ToString();
        application = GatewayHost.Build(settings, machine, TimeProvider.System, hasConsole: false);
        await application.StartAsync(cancellation);
        return null;
    }

    /// <summary>How far a study has come, as its ledger says.</summary>
    public StudyTrace Trace(string study)
    {
        var trace = new StudyTrace(study);
        trace.TakeAll(application!.Services.GetRequiredService<Ledger>().File);
        return trace;
    }

    /// <summary>Whether its database has the study.</summary>
    public async Task<bool> ListsAsync(string study, CancellationToken cancellation) =>
        (await new StudyList(machine!.Database!).NewestAsync(1, null, cancellation)).Any(entry => entry.StudyUid == study);

    public async ValueTask DisposeAsync()
    {
        if (application is not null)
        {
            await application.StopAsync();
            await application.DisposeAsync();
        }

        machine?.Dispose();
    }

    private static ServiceSettings Settings(string name, string partner, string folder, RehearsedSurroundings surroundings, IPEndPoint? pacs) => new()
    {
        Site = name,
        AeTitle = AeTitle.Parse("DICOMMAIL"),
        DicomEndPoint = new IPEndPoint(IPAddress.Loopback, 0),
        MaximumPduBytes = 131_072,
        MaximumObjectBytes = 1L << 30,
        MaximumAssociations = 4,
        IdleTimeout = TimeSpan.FromSeconds(30),
        Callers = [new CallerRule(AeTitle.Parse(Sender), [new IPNetwork(IPAddress.Loopback, 32)])],
        Urgency = new UrgencyTitles(null, null),
        SpoolFolder = Path.Combine(folder, "images"),
        Disk = new DiskLimits(0, 0, TimeSpan.FromDays(1), TimeSpan.FromDays(1)),
        Index = surroundings.IndexOf(name, folder),
        Targets = new Targets(pacs is null ? [] : [new DicomTarget(Pacs, AeTitle.Parse("PACS"), pacs)], [new PartnerTarget(partner, AeTitle.Parse("TO_PARTNER"))]),
        Routes = pacs is null ? [] : [new RoutingRule { Id = "all", To = [Pacs] }],
        Mail = surroundings.MailOf(name, folder),
        Completion = new Completion(null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), 10, TimeSpan.FromMilliseconds(200)),
        Backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromHours(1)),
        HealthEndPoint = new IPEndPoint(IPAddress.Loopback, 0),
        LogFolder = Path.Combine(folder, "logs"),
        LogRetainDays = 1,
        Audit = new AuditSettings(Path.Combine(folder, "logs", "audit"), 1),
        Syslog = null,
        Alarms = new AlarmSettings(TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(60), null, null),
    };
}
