using Gateway.Rig.MailPeers;
using Xunit;

namespace Gateway.Service.Tests.Certifying;

/// <summary>A key is made where it is used and stays there; what goes out is a request that OpenSSL reads.</summary>
public class RequestTests
{
    [Theory]
    [InlineData("rsa3072", "Public-Key: (3072 bit)", "sha256WithRSAEncryption")]
    [InlineData("rsa4096", "Public-Key: (4096 bit)", "sha256WithRSAEncryption")]
    [InlineData("p256", "NIST CURVE: P-256", "ecdsa-with-SHA256")]
    [InlineData("p384", "NIST CURVE: P-384", "ecdsa-with-SHA256")]
    public async Task A_request_names_subject_hosts_and_purpose_and_its_key_is_its_owners_alone(string algorithm, string key, string signature)
    {
        await using var site = new CertifiedSite();
        var file = await site.RequestAsync("--subject", "CN=gw@site-a.test,O=Müller & Söhne,C=DE", "--dns", "gateway.site-a.test", "--dns", "other.site-a.test", "--algorithm", algorithm);
        var said = OpenSslSigner.Look(file);

        Assert.All(
            new[] { "self-signature verify OK", "C = DE", "CN = gw@site-a.test", key, signature, "TLS Web Client Authentication", "DNS:gateway.site-a.test, DNS:other.site-a.test" },
            text => Assert.Contains(text, said, StringComparison.Ordinal));
        var secret = Assert.Single(Directory.GetFiles(site.KeysFolder, "*.key"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(secret));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(site.KeysFolder));
        }

        Assert.DoesNotContain("PRIVATE", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_subject_the_manifest_text_and_the_sites_name_are_asked_for()
    {
        await using var site = new CertifiedSite(configuration => configuration["site"] = "St. \"Example\", Süd");
        var said = OpenSslSigner.Look(await site.RequestAsync());
        Assert.Contains("CN = gw@site-a.test", said, StringComparison.Ordinal);
        Assert.Contains("""O = "St. \"Example\", S""", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Subject Alternative Name", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_is_never_written_over_and_a_second_one_leaves_the_first_its_key()
    {
        await using var site = new CertifiedSite();
        var first = await site.RequestAsync();
        var before = await File.ReadAllTextAsync(first, TestContext.Current.CancellationToken);
        Assert.Equal(["GW7122"], await site.RefusalsAsync("request", "--output", first));
        Assert.Equal(["GW7122"], await site.RefusalsAsync("request", "--output", Path.Combine(site.NewFile("none"), "site.csr")));
        Assert.Equal(before, await File.ReadAllTextAsync(first, TestContext.Current.CancellationToken));
        Assert.Single(Directory.GetFiles(site.KeysFolder, "*.key"));

        await site.RequestAsync();
        Assert.Equal(2, Directory.GetFiles(site.KeysFolder, "*.key").Length);
        Assert.Equal(2, (await site.MustAsync("show"))["requests"]!.AsArray().Count);
        await site.InstallAsync(site.Sign(first));
        Assert.Single((await site.MustAsync("show"))["requests"]!.AsArray());
    }

    [Theory]
    [InlineData("GW7120", "--subject", "gateway of the hospital")]
    [InlineData("GW7120", "--subject", "CN=gw@site-a.test,C=Germany")]
    [InlineData("GW7120", "--subject", "CN=gw@site-a.test,O=12345678901234567890123456789012345678901234567890123456789012345")]
    [InlineData("GW7121", "--subject", "CN=gw@site-b.test,C=DE")]
    [InlineData("GW7123", "--dns", "no name")]
    [InlineData("GW7124", "--algorithm", "rsa1024")]
    public async Task What_cannot_be_asked_for_is_refused_and_leaves_nothing(string code, string option, string value)
    {
        await using var site = new CertifiedSite();
        var file = site.NewFile("csr");
        Assert.Equal([code], await site.RefusalsAsync("request", "--output", file, option, value));
        Assert.False(File.Exists(file));
        Assert.False(Directory.Exists(site.KeysFolder));
    }

    [Fact]
    public async Task A_key_that_cannot_be_made_leaves_no_request()
    {
        await using var site = new CertifiedSite();
        Directory.CreateDirectory(Path.GetDirectoryName(site.KeysFolder)!);
        await File.WriteAllTextAsync(site.KeysFolder, "a file in the folder's place", TestContext.Current.CancellationToken);
        var file = site.NewFile("csr");
        Assert.Equal(["GW7125"], await site.RefusalsAsync("request", "--output", file));
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task A_gateway_without_mail_or_with_a_certificate_of_somebody_elses_file_asks_for_none()
    {
        await using var without = new CertifiedSite(configuration => configuration["mail"]!["transport"] = "none");
        Assert.Equal(["GW7136"], await without.RefusalsAsync("show"));
        await using var filed = new CertifiedSite(configuration => configuration["mail"]!["certificateFile"] = @"D:\VISUS\data\site.pem");
        Assert.Equal(["GW7137"], await filed.RefusalsAsync("request", "--output", filed.NewFile("csr")));
    }

    [Fact]
    public async Task Renewing_asks_with_a_new_key_for_what_the_certificate_in_use_has()
    {
        await using var site = new CertifiedSite();
        Assert.Equal(["GW7126"], await site.RefusalsAsync("renew", "--output", site.NewFile("csr")));
        var first = await site.RequestAsync("--subject", "CN=gw@site-a.test,O=Hospital,C=DE", "--dns", "gateway.site-a.test", "--algorithm", "p384");
        await site.InstallAsync(site.Sign(first));
        var second = site.NewFile("csr");

        await site.MustAsync("renew", "--output", second);

        var (before, after) = (OpenSslSigner.Look(first), OpenSslSigner.Look(second));
        Assert.All(new[] { "C = DE, O = Hospital, CN = gw@site-a.test", "NIST CURVE: P-384", "DNS:gateway.site-a.test", "TLS Web Client Authentication" }, text =>
        {
            Assert.Contains(text, before, StringComparison.Ordinal);
            Assert.Contains(text, after, StringComparison.Ordinal);
        });
        Assert.Equal(2, Directory.GetFiles(site.KeysFolder, "*.key").Select(File.ReadAllText).Distinct().Count());
        Assert.Equal(["inUse"], (await site.ShownAsync()).Select(one => one.Standing));
    }
}
