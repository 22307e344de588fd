using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gateway.PrivateServers;
using Gateway.Rig.MailPeers;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>What site IT types to have a certificate: gwctl cert, on a machine that need not be built yet.</summary>
public sealed class CertTests : IDisposable
{
    private readonly NetworkAuthority authority = new("Network CA");
    private readonly OpenSslSigner signer;
    private readonly Site site = new();

    public CertTests()
    {
        Assert.SkipWhen(OpenSslSigner.WhyNot is not null, OpenSslSigner.WhyNot ?? "");
        signer = new OpenSslSigner(authority.Certificate);
        site.WriteOverlay(new JsonObject
        {
            ["mail"] = new JsonObject
            {
                ["address"] = "gw@hospital.test",
                ["clientCertificate"] = new JsonObject { ["subject"] = "CN=gw@hospital.test" },
                ["authority"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(authority.Sha256.Span), ["askRevocation"] = true },
            },
        });
    }

    public void Dispose()
    {
        site.Dispose();
        signer.Dispose();
        authority.Dispose();
    }

    [Fact(Explicit = true)]
    public async Task A_certificate_is_asked_for_installed_shown_and_renewed()
    {
        Assert.Contains("no certificate counts now", (await CertAsync("show")).With(0).Output, StringComparison.Ordinal);
        var asked = (await CertAsync("request", "--output", site.PathOf("site.csr"), "--dns", "gateway.hospital.test")).With(0).Output;
        Assert.Contains("send it to the network's authority", asked, StringComparison.Ordinal);
        Assert.Contains("CN = gw@hospital.test", OpenSslSigner.Look(site.PathOf("site.csr")), StringComparison.Ordinal);
        Assert.Contains("requested on", (await CertAsync("show")).With(0).Output, StringComparison.Ordinal);

        var certificate = signer.Sign(site.PathOf("site.csr"), DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(20));
        Assert.Contains("installed; a gateway that runs finds it within a minute", (await CertAsync("install", "--file", certificate, "--chain", signer.AuthorityFile)).With(0).Output, StringComparison.Ordinal);
        Assert.Contains("it was installed before", (await CertAsync("install", "--file", certificate, "--chain", signer.AuthorityFile)).With(0).Output, StringComparison.Ordinal);
        (await CertAsync("renew", "--output", site.PathOf("new.csr"))).With(0);
        var next = signer.Sign(site.PathOf("new.csr"), DateTimeOffset.UtcNow.AddDays(3), DateTimeOffset.UtcNow.AddDays(25));
        (await CertAsync("install", "--file", next, "--chain", signer.AuthorityFile)).With(0);

        var shown = (await CertAsync("show")).With(0).Output;
        Assert.Contains("in use", shown, StringComparison.Ordinal);
        Assert.Contains("issued by CN=Network CA, the pinned authority's; revocation: nobody was asked", shown, StringComparison.Ordinal); // a rehearsal
        Assert.DoesNotContain("requested on", shown, StringComparison.Ordinal);
        var json = (JsonArray)JsonNode.Parse((await CertAsync("show", "--json")).With(0).Output)!["certificates"]!;
        using var first = X509CertificateLoader.LoadCertificateFromFile(certificate);
        Assert.Equal([("inUse", Convert.ToHexStringLower(SHA256.HashData(first.RawData))), ("next", (string)json[1]!["sha256"]!)], json.Select(one => ((string)one!["standing"]!, (string)one["sha256"]!)));
    }

    [Fact]
    public async Task What_is_refused_says_why_and_how_to_mend_it()
    {
        (await CertAsync("renew", "--output", site.PathOf("new.csr"))).Refusing(1, "GW7126");
        (await CertAsync("request", "--output", site.PathOf("site.csr"), "--subject", "CN=other")).Refusing(1, "GW7121");
        (await CertAsync("request", "--output", site.PathOf("site.csr"))).With(0);
        var ended = signer.Sign(site.PathOf("site.csr"), DateTimeOffset.UtcNow.AddDays(-3), DateTimeOffset.UtcNow.AddDays(-1), "extendedKeyUsage=serverAuth\n");
        var refused = (await CertAsync("install", "--file", ended, "--chain", signer.AuthorityFile)).Refusing(1, "GW7129").Refusing(1, "GW7130");
        Assert.Contains("Ask the network's authority for one that is", refused.Errors, StringComparison.Ordinal);
        var json = JsonNode.Parse((await CertAsync("install", "--file", ended, "--chain", signer.AuthorityFile, "--json")).With(1).Output)!;
        Assert.Equal(["GW7129", "GW7130"], json["diagnostics"]!.AsArray().Select(one => (string)one!["code"]!));
        (await CertAsync("request")).Refusing(64, "GW0001");
    }

    [Fact]
    public async Task A_machine_that_asked_for_its_certificate_first_is_built_as_any_other()
    {
        site.WriteOverlay(new JsonObject { ["mail"] = new JsonObject { ["address"] = "gw@hospital.test" } });
        (await CertAsync("request", "--output", site.PathOf("site.csr"))).With(0);
        (await site.RunAsync("apply")).With(0);
        Assert.Contains("requested on", (await CertAsync("show")).With(0).Output, StringComparison.Ordinal);
    }

    private Task<Ended> CertAsync(string verb, params string[] more) => CommandLine.RunAsync(["cert", verb, site.Manifest, "--overlay", site.Overlay, "--root", site.Root, .. more]);
}
