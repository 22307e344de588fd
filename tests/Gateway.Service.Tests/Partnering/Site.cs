using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Gateway.PrivateServers;
using Gateway.Service.Partnering;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Partnering;

/// <summary>A hospital with a gateway of its own: a key, a mail address, and partners whose keys it has accepted.</summary>
public sealed class Site : IAsyncDisposable
{
    private readonly string data;

    private Site(string name, string address, GatewayProcess gateway, string data, DateTimeOffset? keyMade = null)
    {
        Name = name;
        Address = address;
        Gateway = gateway;
        this.data = data;
        Key = OwnKey.Generate(KeyAlgorithm.Curve25519, $"Gateway of {name} <{Address}>", keyMade ?? DateTimeOffset.UtcNow.AddDays(-30), TimeSpan.FromDays(365));
        Folders.Keep(Key);
    }

    public string Name { get; }

    public string Address { get; }

    public OwnKey Key { get; }

    /// <summary>The lines of its ledger.</summary>
    public IReadOnlyList<JsonNode> Ledger => [.. Gateway.LedgerFiles.SelectMany(GatewayProcess.LinesOf).Select(line => JsonNode.Parse(line.Split('\t')[0])!["what"]!)];

    /// <summary>The lines of its ledger of that kind.</summary>
    public IReadOnlyList<JsonNode> Events(string name) => [.. Ledger.Where(line => (string?)line["event"] == name)];

    public GatewayProcess Gateway { get; }

    /// <summary>Where its keys and its directory lie.</summary>
    public CorrespondentsFolders Folders => new(Path.Combine(data, "keys"), Path.Combine(data, "partners"), new MachineProtection());

    /// <summary>A site whose mail goes through a folder.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="pickup">The folder.</param>
    /// <param name="partner">The id of its partner.</param>
    /// <param name="change">What else is configured.</param>
    /// <param name="keyMade">When its key was made, which is valid for a year; a minute ago where nothing is said.</param>
    public static Site WithFolder(string name, string pickup, string partner, Action<JsonObject>? change = null, DateTimeOffset? keyMade = null)
    {
        var gateway = new GatewayProcess(configuration =>
        {
            var mail = configuration["mail"]!;
            (mail["transport"], mail["address"], mail["folder"]) = ("folder", $"gateway@{name}.example", @"Q:\pickup");
            configuration["targets"]!["partners"] = new JsonArray(new JsonObject { ["id"] = partner, ["virtualAeTitle"] = "TO_PARTNER" });
            change?.Invoke(configuration);
        });
        Directory.CreateSymbolicLink(Path.Combine(gateway.Root, "Q"), pickup);
        return new Site(name, $"gateway@{name}.example", gateway, Path.GetDirectoryName(gateway.IndexFile)!, keyMade);
    }

    /// <summary>A site whose mail goes through the servers of a network.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="address">Its mail address.</param>
    /// <param name="network">The network.</param>
    /// <param name="certificate">Its certificate in it.</param>
    /// <param name="partner">The id of its partner.</param>
    /// <param name="smtpPorts">The ports of the relays, as the site reaches them.</param>
    /// <param name="change">What else is configured.</param>
    public static Site WithServers(
        string name, string address, MailNetwork network, X509Certificate2 certificate, string partner, IReadOnlyList<int> smtpPorts, Action<JsonObject>? change = null)
    {
        var gateway = new GatewayProcess(configuration =>
        {
            var mail = configuration["mail"]!;
            (mail["transport"], mail["address"], mail["account"]) = ("servers", address, address);
            mail["servers"] = new JsonArray([.. smtpPorts.Select((port, index) => (JsonNode)new JsonObject
            {
                ["host"] = MailNetwork.Host(index + 1), ["smtpPort"] = port, ["pop3sPort"] = network.Pop3sPort, ["address"] = "127.0.0.1",
            })]);
            mail["authoritySha256"] = Convert.ToHexStringLower(network.Authority.Sha256.Span);
            (mail["authorityFile"], mail["certificateFile"]) = (@"D:\VISUS\data\authority.pem", @"D:\VISUS\data\site.pem");
            configuration["targets"]!["partners"] = new JsonArray(new JsonObject { ["id"] = partner, ["virtualAeTitle"] = "TO_PARTNER" });
            change?.Invoke(configuration);
        });
        gateway.Lay("authority.pem", network.Authority.Certificate.ExportCertificatePem());
        gateway.Lay("site.pem", certificate.ExportCertificatePem() + "\n" + certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return new Site(name, address, gateway, Path.GetDirectoryName(gateway.IndexFile)!);
    }

    /// <summary>Enters a partner, as a person does who has looked at its key.</summary>
    public void Knows(Site other, Func<Partner, Partner>? change = null)
    {
        var partner = new Partner { Id = other.Name, Name = other.Name, Addresses = [other.Address], Keys = [other.Key.Fingerprint], Receipts = ReceiptKind.Signed, ReceiptMeans = ReceiptMeaning.Pacs };
        Knows((change?.Invoke(partner) ?? partner, other.Key.Public));
    }

    /// <summary>Enters partners, as a person does who has looked at their keys.</summary>
    public void Knows(params IReadOnlyList<(Partner Partner, DicomMail.OpenPgp.PublicKey Key)> partners)
    {
        foreach (var (_, key) in partners)
            Folders.Accept(key);
        Folders.Write(new PartnerDirectory([.. partners.Select(one => one.Partner)]), Key, DateTimeOffset.UtcNow);
    }

    /// <summary>The token that a caller of its API shows.</summary>
    public Task<string> TokenAsync() => File.ReadAllTextAsync(Path.Combine(data, "api.token"), TestContext.Current.CancellationToken);

    /// <summary>What the gateway answers to whoever shows its token; null where there is no such thing.</summary>
    public async Task<JsonNode?> AskAsync(string what) => await GetAsync(what) is (HttpStatusCode.OK, { } answer) ? answer : null;

    /// <summary>What the gateway answers, refusals too.</summary>
    public Task<(HttpStatusCode Status, JsonNode? Answer)> GetAsync(string what) => SendAsync(HttpMethod.Get, what, null);

    /// <summary>What the gateway answers to a file.</summary>
    public Task<(HttpStatusCode Status, JsonNode? Answer)> PostAsync(string what, byte[] file) => SendAsync(HttpMethod.Post, what, new ByteArrayContent(file));

    private async Task<(HttpStatusCode Status, JsonNode? Answer)> SendAsync(HttpMethod method, string what, HttpContent? content)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", await TokenAsync());
        using var request = new HttpRequestMessage(method, new Uri($"http://127.0.0.1:{Gateway.HealthPort}/api/{what}")) { Content = content };
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    /// <summary>What it answers to the question whether a study arrived at its only target; null where it knows of none.</summary>
    public async Task<string?> AnswerAsync(string study = "1.2.3") => (string?)(await AskAsync($"studies/{study}/trace"))?["arrivals"]?.AsArray().SingleOrDefault()?["answer"];

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}
