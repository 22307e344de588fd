using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gateway.Dicom.Tests.Peers;
using Gateway.DicomMail.Messages;
using Gateway.Service.Tests.Alarming;
using Gateway.Service.Tests.Partnering;
using Gateway.Service.Tests.Peers;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.KnownBad;

/// <summary>
/// A gateway that runs, with a PACS behind it, two partners, and a web address for its alarms; every test of bad mail feeds the same one, so that what
/// one leaves behind would show in the next.
/// </summary>
public sealed class FedGateway : IAsyncLifetime
{
    private readonly string pickup = Directory.CreateTempSubdirectory("pickup-").FullName;
    private readonly int webPort = Dcmtk.FreePort();
    private int laid;
    private int images;

    internal Correspondent North { get; } = new("north");

    internal Correspondent East { get; } = new("east");

    /// <summary>Somebody whose key nobody has accepted.</summary>
    internal Correspondent Stranger { get; } = new("stranger");

    public Site Site { get; private set; } = null!;

    public ScriptedScp Pacs { get; } = new();

    /// <summary>What people of the site were told.</summary>
    public IEnumerable<JsonObject> Alarms => web.Posts;

    /// <summary>Where mail lies on its way.</summary>
    public string MailFolder => Path.Combine(Site.Gateway.SpoolFolder, "mail");

    private WebhookPeer web = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        web = new WebhookPeer(webPort, "a token");
        Site = Site.WithFolder("south", pickup, "north", configuration =>
        {
            configuration["targets"]!["partners"]!.AsArray().Add(new JsonObject { ["id"] = "east", ["virtualAeTitle"] = "TO_EAST" });
            SampleConfiguration.SendingTo(Pacs.EndPoint)(configuration);
            configuration["alarms"]!["quietMinutes"] = 1;
            configuration["alarms"]!["webhook"] = new JsonObject { ["url"] = $"http://127.0.0.1:{webPort}/", ["tokenFile"] = @"D:\VISUS\data\webhook.token" };
        });
        Site.Gateway.Lay("webhook.token", "a token\n");
        Site.Knows((North.Entry, North.Key.Public), (East.Entry, East.Key.Public));
        await Site.Gateway.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Site is not null)
            await Site.DisposeAsync();
        await Pacs.DisposeAsync();
        await web.DisposeAsync();
        Directory.Delete(pickup, recursive: true);
    }

    /// <summary>An image that no test has used before, of a patient whose name must be told nowhere.</summary>
    public Image NewImage(int pixelBytes = 2000)
    {
        var number = Interlocked.Increment(ref images);
        return new Image("1") { Study = $"1.2.3.9.{number}", Series = $"1.2.3.9.{number}", PatientName = PatientName, PatientId = "GEHEIM-4711", PixelBytes = pixelBytes + (2 * number) };
    }

    public const string PatientName = "Geheimnis^Änne";

    /// <summary>Lays a mail into the gateway's mailbox.</summary>
    /// <returns>The name that the gateway keeps it under.</returns>
    public string Lay(byte[] mail)
    {
        var folder = Directory.CreateDirectory(Path.Combine(pickup, "pickup", Site.Address)).FullName;
        var path = Path.Combine(folder, $"{Interlocked.Increment(ref laid):D6}");
        File.WriteAllBytes(path, mail);
        File.Move(path, path + ".eml");
        return Convert.ToHexStringLower(SHA256.HashData(mail)) + ".eml";
    }

    /// <summary>The mails that the gateway has sent to somebody.</summary>
    internal IReadOnlyList<byte[]> SentTo(Correspondent whom)
    {
        var folder = Path.Combine(pickup, "pickup", whom.Address);
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.eml").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)] : [];
    }

    /// <summary>Waits until the ledger has so many lines of that kind about a mail.</summary>
    public async Task<JsonNode> SaysAsync(string what, string mail, int times = 1)
    {
        for (var until = DateTime.UtcNow.AddSeconds(60); DateTime.UtcNow < until; await Task.Delay(100, Cancellation))
        {
            var lines = Site.Ledger.Where(line => (string?)line["mail"] == mail || (string?)line["evidence"] == mail).ToList();
            var wanted = lines.Where(line => (string?)line["event"] == what).ToList();
            if (wanted.Count >= times)
                return wanted[^1];
            if (lines.FirstOrDefault(line => (string?)line["event"] is "discarded" or "opened" && (string?)line["event"] != what) is { } other)
                Assert.Fail($"{mail} should be {what}, and the ledger says: {other.ToJsonString()}");
        }

        throw new TimeoutException($"the ledger does not say that {mail} is {what}: {Site.Gateway.Output}");
    }

    /// <summary>What became of a mail: <c>opened</c>, or why not.</summary>
    public async Task<string> FateAsync(string mail)
    {
        JsonNode? line = null;
        await Eventually.HoldsAsync(() => (line = Site.Ledger.FirstOrDefault(one => (string?)one["mail"] == mail && (string?)one["event"] is "opened" or "discarded")) is not null);
        return (string?)line!["reason"] ?? (string)line["event"]!;
    }

    /// <summary>Waits until a mail is kept aside, with the reason in the ledger, and people were told.</summary>
    public Task IsRefusedAsync(string mail, string reason) => IsKeptAsync("refused", mail, reason);

    /// <summary>Waits until a mail is kept until somebody knows its signer, with the reason in the ledger, and people were told.</summary>
    public Task WaitsForItsSignerAsync(string mail) => IsKeptAsync("waiting", mail, "nobody has accepted");

    private async Task IsKeptAsync(string folder, string mail, string reason)
    {
        var line = await SaysAsync("discarded", mail);
        Assert.Matches(reason, (string?)line["reason"]);
        var kept = "";
        await Eventually.HoldsAsync(() => (kept = Directory.GetFiles(Path.Combine(MailFolder, folder), $"*{mail}").SingleOrDefault() ?? "") is not "");
        Assert.Equal(mail, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(kept, Cancellation))) + ".eml");
        await Eventually.HoldsAsync(() => Alarms.Any(alarm => (string?)alarm["code"] == "GW8011" && (string?)alarm["subject"] == "mail" && (string?)alarm["state"] == "raised"));
    }

    /// <summary>Waits until images are at the PACS, each once and unchanged.</summary>
    public async Task AreThereOnceAsync(params IReadOnlyList<Image> all)
    {
        await Eventually.HoldsAsync(() => all.All(image => Pacs.Uids.Contains(image.SopInstanceUid.Value)));
        foreach (var image in all)
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(image.ToDataSet())), Assert.Single(Pacs.Received, one => one.Uid == image.SopInstanceUid.Value).Sha256);
    }

    /// <summary>The gateway lives, takes the next good mail, has let nothing of these to the PACS, and has told no secret.</summary>
    public async Task GoesOnAsync(params IReadOnlyList<Image> refused)
    {
        var image = NewImage();
        var mail = Lay(North.Study(this, new SetPart($"{Guid.NewGuid():N}", 1, 1), isUrgent: true, image));
        await SaysAsync("opened", mail);
        await AreThereOnceAsync(image);
        Assert.Equal(HttpStatusCode.OK, (await Site.Gateway.HealthAsync()).Status);
        Assert.Empty(Directory.GetFiles(Path.Combine(MailFolder, "inbox")));
        Assert.Empty(Directory.GetDirectories(Path.Combine(MailFolder, "unpacked")));
        Assert.DoesNotContain(refused, one => Pacs.Uids.Contains(one.SopInstanceUid.Value));
        foreach (var text in Site.Gateway.LogLines().Append(Site.Gateway.Output).Concat(Alarms.Select(alarm => alarm.ToJsonString())).Concat(Site.Ledger.Select(line => line.ToJsonString())))
        {
            Assert.DoesNotContain("Geheim", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        }
    }
}

/// <summary>Tests that feed one gateway, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class KnownBadMail : ICollectionFixture<FedGateway>
{
    public const string Name = "known bad mail";
}
