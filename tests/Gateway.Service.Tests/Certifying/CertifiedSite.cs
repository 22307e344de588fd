using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gateway.Dicom.Tests.Peers;
using Gateway.PrivateServers;
using Gateway.Rig.MailPeers;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Certifying;

/// <summary>A site that looks after its certificate with the verb cert of the gateway's program, and the authority of its network, which is OpenSSL's.</summary>
public sealed class CertifiedSite : IAsyncDisposable
{
    /// <summary>What finds its certificate.</summary>
    public const string Subject = "CN=gw@site-a.test";

    private readonly string folder = Directory.CreateTempSubdirectory("gateway-cert-").FullName;

    public CertifiedSite(Action<JsonObject>? change = null)
    {
        Assert.SkipWhen(OpenSslSigner.WhyNot is not null, OpenSslSigner.WhyNot ?? "");
        Signer = new OpenSslSigner(Authority.Certificate);
        Gateway = new GatewayProcess(configuration =>
        {
            IsCertified(configuration, Authority);
            change?.Invoke(configuration);
        });
    }

    public NetworkAuthority Authority { get; } = new("Rig Network CA");

    public OpenSslSigner Signer { get; }

    public GatewayProcess Gateway { get; }

    /// <summary>The folder of keys, requests and certificates.</summary>
    public string KeysFolder => KeysFolderOf(Gateway);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A configuration that finds its certificate by the subject, and pins an authority.</summary>
    public static void IsCertified(JsonObject configuration, NetworkAuthority authority)
    {
        var mail = configuration["mail"]!;
        (mail["transport"], mail["address"], mail["certificateFile"], mail["certificateSubject"]) = ("servers", "gw@site-a.test", "", Subject);
        mail["authoritySha256"] = Convert.ToHexStringLower(authority.Sha256.Span);
        if (mail["servers"]!.AsArray().Count == 0)
            mail["servers"] = new JsonArray(new JsonObject { ["host"] = MailNetwork.Host(1), ["smtpPort"] = 9, ["pop3sPort"] = 9, ["address"] = "127.0.0.1" });
    }

    public static string KeysFolderOf(GatewayProcess gateway) => Path.Combine(Path.GetDirectoryName(gateway.IndexFile)!, "keys", "transport");

    /// <summary>A file that nobody has made yet.</summary>
    public string NewFile(string ending) => Path.Combine(folder, $"{Guid.NewGuid():N}.{ending}");

    /// <summary>Runs the verb.</summary>
    public static async Task<JsonNode> RunAsync(GatewayProcess gateway, string verb, params string[] more)
    {
        var (code, output) = await Dcmtk.RunAsync(
            "dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "Gateway.Service.dll"), "cert", verb, "--config", gateway.ConfigurationFile, "--drives", gateway.Root, .. more], Cancellation);
        var answer = JsonNode.Parse(output)!;
        Assert.Equal(answer["problems"] is null ? 0 : 65, code);
        return answer;
    }

    /// <summary>Runs it; it has to do what it was asked for.</summary>
    public async Task<JsonNode> MustAsync(string verb, params string[] more)
    {
        var answer = await RunAsync(Gateway, verb, more);
        Assert.True(answer["problems"] is null, answer.ToJsonString());
        return answer;
    }

    /// <summary>Runs it, and says by which codes it refused.</summary>
    public async Task<IReadOnlyList<string>> RefusalsAsync(string verb, params string[] more)
    {
        var problems = (await RunAsync(Gateway, verb, more))["problems"]!.AsArray();
        Assert.All(problems, problem => Assert.NotEmpty((string)problem!["mend"]!));
        return [.. problems.Select(problem => (string)problem!["code"]!)];
    }

    /// <summary>Asks for a certificate; the request's file.</summary>
    public async Task<string> RequestAsync(params string[] more)
    {
        var file = NewFile("csr");
        await MustAsync("request", ["--output", file, .. more]);
        return file;
    }

    /// <summary>A certificate that counts now, for a request.</summary>
    public string Sign(string request, int fromDays = -1, int untilDays = 10, string? extensions = null) =>
        Signer.Sign(request, DateTimeOffset.UtcNow.AddDays(fromDays), DateTimeOffset.UtcNow.AddDays(untilDays), extensions);

    /// <summary>Installs a certificate with the authority's own.</summary>
    public Task<JsonNode> InstallAsync(string certificate) => MustAsync("install", "--file", certificate, "--chain", Signer.AuthorityFile);

    /// <summary>The entries that the site shows, by their standing.</summary>
    public async Task<IReadOnlyList<(string Standing, string Sha256)>> ShownAsync() =>
        [.. (await MustAsync("show"))["certificates"]!.AsArray().Select(one => ((string)one!["standing"]!, (string)one["sha256"]!))];

    /// <summary>The digest of a certificate's file.</summary>
    public static string Sha256Of(string file)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(certificate.RawData));
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        Signer.Dispose();
        Authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
