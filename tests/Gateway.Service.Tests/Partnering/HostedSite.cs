using System.Net;
using System.Text.Json.Nodes;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Tests.Peers;
using Gateway.Dicom.UpperLayer;
using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Gateway.Service.Configuration;
using Gateway.Service.Ledgers;
using Gateway.Service.Partnering;
using Gateway.Service.Spooling;
using Gateway.Service.Startup;
using Gateway.Service.Tests.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Service.Tests.Partnering;

/// <summary>A site in this process: the whole gateway on drives that are folders. What it leaves there another opens.</summary>
internal sealed class HostedSite : IAsyncDisposable
{
    private readonly MachineCheck machine;
    private readonly WebApplication application;

    private HostedSite(string root, MachineCheck machine, WebApplication application)
    {
        Root = root;
        this.machine = machine;
        this.application = application;
        Ledger = application.Services.GetRequiredService<Ledger>();
    }

    public string Root { get; }

    public Ledger Ledger { get; }

    public string SpoolFolder => SpoolIn(Root);

    public RequestorOptions Caller => new((IPEndPoint)machine.Listening!.Socket.LocalEndPoint!, AeTitle.Parse("PACS"), AeTitle.Parse("TO_PARTNER"));

    public static string SpoolIn(string root) => Path.Combine(root, "E", "VISUS", "images");

    public static string DataIn(string root) => Path.Combine(root, "D", "VISUS", "data");

    public static string AddressOf(string name) => $"gateway@{name}.example";

    /// <summary>Lays out the drives of a new site, and makes its key.</summary>
    public static OwnKey Prepare(string root, string name)
    {
        var key = OwnKey.Generate(KeyAlgorithm.Curve25519, $"Gateway of {name} <{AddressOf(name)}>", DateTimeOffset.UtcNow.AddMinutes(-1), TimeSpan.FromDays(365));
        Folders(root).Keep(key);
        return key;
    }

    /// <summary>Enters a partner, as a person does who has looked at its key.</summary>
    public static void Introduce(string root, OwnKey own, string partner, PublicKey theirs, long maximumMessageBytes)
    {
        Folders(root).Accept(theirs);
        Folders(root).Write(
            new PartnerDirectory(
            [
                new Partner
                {
                    Id = partner, Name = partner, Addresses = [AddressOf(partner)], Keys = [theirs.Fingerprint], Receipts = ReceiptKind.Signed, ReceiptMeans = ReceiptMeaning.Pacs,
                    MaximumMessageBytes = maximumMessageBytes,
                },
            ]),
            own, DateTimeOffset.UtcNow);
    }

    /// <summary>Starts the gateway of a site on what lies in its folder.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="name">The site's name.</param>
    /// <param name="partner">The partner's id.</param>
    /// <param name="pickup">The folder through which mail goes.</param>
    /// <param name="pacs">Where its PACS listens; null where it has none.</param>
    /// <param name="passing">Told each step of its ledger.</param>
    public static async Task<HostedSite> StartAsync(string root, string name, string partner, string pickup, IPEndPoint? pacs, Action<Moment>? passing = null)
    {
        foreach (var folder in new[] { SpoolIn(root), DataIn(root), Path.Combine(root, "D", "VISUS", "logs"), Path.Combine(root, "E", "VISUS", "scan") })
            Directory.CreateDirectory(folder);
        var settings = Settings(root, name, partner, pickup, pacs);
        var machine = MachineCheck.Of(settings);
        Assert.Empty(machine.Problems);
        var site = new HostedSite(root, machine, GatewayHost.Build(settings, machine, TimeProvider.System, hasConsole: false));
        site.Ledger.File.Passing = passing;
        await site.application.StartAsync(TestContext.Current.CancellationToken);
        return site;
    }

    public async ValueTask DisposeAsync()
    {
        await application.StopAsync(CancellationToken.None);
        await application.DisposeAsync();
        machine.Dispose();
    }

    private static CorrespondentsFolders Folders(string root) => new(Path.Combine(DataIn(root), "keys"), Path.Combine(DataIn(root), "partners"), new MachineProtection());

    private static ServiceSettings Settings(string root, string name, string partner, string pickup, IPEndPoint? pacs)
    {
        var configuration = JsonNode.Parse(SampleConfiguration.Text)!.AsObject();
        configuration["dicom"]!["port"] = Dcmtk.FreePort();
        configuration["health"]!["port"] = Dcmtk.FreePort();
        var mail = configuration["mail"]!;
        (mail["transport"], mail["address"], mail["folder"]) = ("folder", AddressOf(name), @"E:\pickup");
        configuration["targets"]!["partners"] = new JsonArray(new JsonObject { ["id"] = partner, ["virtualAeTitle"] = "TO_PARTNER" });
        if (pacs is not null)
            SampleConfiguration.SendingTo(pacs)(configuration);
        var file = Path.Combine(root, "gateway.json");
        File.WriteAllText(file, configuration.ToJsonString());
        var (settings, problems) = ConfigurationFile.Read(file, new DriveMap(root));
        Assert.Empty(problems);
        var anyPort = new IPEndPoint(IPAddress.Loopback, 0);
        return settings! with { Mail = settings.Mail! with { Folder = pickup }, DicomEndPoint = anyPort, HealthEndPoint = anyPort };
    }
}
