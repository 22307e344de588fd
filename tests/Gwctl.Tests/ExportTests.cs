using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>What others at the site are handed.</summary>
public class ExportTests
{
    private const string Nft = "/usr/sbin/nft";

    [Theory]
    [InlineData]
    [InlineData("--gateway", "10.1.2.3", "--resolve")]
    [InlineData("--gateway", "fd00::3", "--resolve")]
    public async Task Nft_accepts_the_rules_with_and_without_addresses(params string[] more)
    {
        using var site = new Site();
        Assert.SkipUnless(await CanCheckAsync(site), "nft is not installed, or this system lets nobody check rules");
        var file = site.PathOf("rules.nft");
        (await site.RunAsync("export", ["firewall", "--root", site.Root, "--certificate", AuthorityWith(site), "--form", "nftables", "--out", file, .. more])).With(0);
        var rules = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal(more.Length > 0, rules.Contains("127.0.0.1", StringComparison.Ordinal)); // the manifest's host map
        Assert.Contains("revocation_80", rules, StringComparison.Ordinal);
        Assert.Contains("http://ocsp.network.example/, http://crl.network.example/ca.crl", rules.Replace("http://crl.network.example/ca.crl, http://ocsp.network.example/", "http://ocsp.network.example/, http://crl.network.example/ca.crl", StringComparison.Ordinal), StringComparison.Ordinal);
        var nft = await CommandLine.RunProgramAsync(Nft, ["-c", "-f", file]);
        Assert.True(nft.ExitCode == 0, nft.Errors);
    }

    [Fact]
    public async Task A_registry_file_is_in_the_form_that_Windows_imports()
    {
        using var site = new Site();
        var file = site.PathOf("exclusions.reg");
        (await site.RunAsync("export", "antivirus", "--form", "registry", "--out", file)).With(0);
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal([0xFF, 0xFE], bytes[..2]); // UTF-16, little endian
        Assert.StartsWith("Windows Registry Editor Version 5.00\r\n", System.Text.Encoding.Unicode.GetString(bytes[2..]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task For_machines_it_is_one_document_with_every_entry()
    {
        using var site = new Site();
        var firewall = (await site.RunAsync("export", "firewall", "--json")).With(0).Json();
        Assert.Equal(["smtp-out", "pop3s-out", "monitoring-out", "dicom-in"], firewall.GetProperty("flows").EnumerateArray().Select(flow => flow.GetProperty("id").GetString()));
        Assert.NotEmpty((await site.RunAsync("export", "antivirus", "--json")).With(0).Json().GetProperty("entries").EnumerateArray());
    }

    [Fact]
    public async Task What_is_no_address_or_no_certificate_is_refused_in_words()
    {
        using var site = new Site();
        (await site.RunAsync("export", "firewall", "--gateway", "gateway")).Refusing(64, "GW0005");
        (await site.RunAsync("export", "firewall", "--certificate", site.Manifest)).Refusing(64, "GW0006");
    }

    private static async Task<bool> CanCheckAsync(Site site)
    {
        var file = site.PathOf("trivial.nft");
        await File.WriteAllTextAsync(file, "table inet t {\n}\n", TestContext.Current.CancellationToken);
        return File.Exists(Nft) && (await CommandLine.RunProgramAsync(Nft, ["-c", "-f", file])).ExitCode == 0;
    }

    private static string AuthorityWith(Site site)
    {
        using var key = ECDsa.Create();
        var request = new CertificateRequest("CN=Network CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(["http://crl.network.example/ca.crl"]));
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(["http://ocsp.network.example/"], []));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(9));
        var file = site.PathOf("ca.pem");
        File.WriteAllText(file, certificate.ExportCertificatePem());
        return file;
    }
}
