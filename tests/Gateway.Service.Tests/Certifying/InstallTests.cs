using System.Text.Json.Nodes;
using Gateway.PrivateServers;
using Gateway.Rig.MailPeers;
using Xunit;

namespace Gateway.Service.Tests.Certifying;

/// <summary>What the network's authority sent is installed where it fits, and refused with every reason where it does not.</summary>
public class InstallTests
{
    [Fact]
    public async Task A_certificate_for_our_request_is_installed_and_used_and_the_same_again_changes_nothing()
    {
        await using var site = new CertifiedSite();
        var certificate = site.Sign(await site.RequestAsync());

        Assert.True((bool)(await site.InstallAsync(certificate))["installed"]!);
        var before = Directory.GetFiles(site.KeysFolder).Order().ToList();
        Assert.False((bool)(await site.InstallAsync(certificate))["installed"]!);

        Assert.Equal(before, Directory.GetFiles(site.KeysFolder).Order());
        var shown = await site.MustAsync("show");
        var entry = Assert.Single(shown["certificates"]!.AsArray())!;
        Assert.Equal(("inUse", CertifiedSite.Sha256Of(certificate), true, 9), ((string)entry["standing"]!, (string)entry["sha256"]!, (bool)entry["isFromPinnedAuthority"]!, (int)entry["daysLeft"]!));
        Assert.Equal(("notAsked", "CN=Rig Network CA"), ((string)entry["revocation"]!, (string)entry["issuer"]!));
        Assert.Equal((DateTimeOffset)entry["until"]!, (DateTimeOffset)shown["validUntil"]!);
        Assert.Empty(shown["requests"]!.AsArray());
    }

    [Fact]
    public async Task A_certificate_that_counts_later_waits_and_the_newest_that_counts_now_is_used()
    {
        await using var site = new CertifiedSite();
        var first = site.Sign(await site.RequestAsync(), fromDays: -2);
        var newest = site.Sign(await site.RequestAsync(), fromDays: -1, untilDays: 5);
        var later = site.Sign(await site.RequestAsync(), fromDays: 3, untilDays: 20);
        foreach (var file in new[] { later, newest, first })
            await site.InstallAsync(file);

        Assert.Equal([("spare", CertifiedSite.Sha256Of(first)), ("inUse", CertifiedSite.Sha256Of(newest)), ("next", CertifiedSite.Sha256Of(later))], await site.ShownAsync());
        Assert.Equal(20, Math.Round(((DateTimeOffset)(await site.MustAsync("show"))["validUntil"]! - DateTimeOffset.UtcNow).TotalDays));
    }

    [Fact]
    public async Task An_authority_that_answers_a_request_twice_is_heard_twice()
    {
        await using var site = new CertifiedSite();
        var request = await site.RequestAsync();
        var (first, second) = (site.Sign(request, fromDays: -2), site.Sign(request, fromDays: 2, untilDays: 20));
        await site.InstallAsync(first);
        await site.InstallAsync(second);
        Assert.Equal([("inUse", CertifiedSite.Sha256Of(first)), ("next", CertifiedSite.Sha256Of(second))], await site.ShownAsync());
    }

    [Fact]
    public async Task A_certificate_of_an_authority_below_the_pinned_one_is_installed_with_its_chain()
    {
        await using var site = new CertifiedSite();
        using var key = System.Security.Cryptography.RSA.Create(2048);
        var below = site.NewFile("csr");
        var asked = new System.Security.Cryptography.X509Certificates.CertificateRequest(
            "CN=Rig Issuing CA", key, System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1);
        await File.WriteAllTextAsync(below, asked.CreateSigningRequestPem(), TestContext.Current.CancellationToken);
        var issuing = site.Sign(below, extensions: "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n");
        using var bare = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificateFromFile(issuing);
        using var whole = System.Security.Cryptography.X509Certificates.RSACertificateExtensions.CopyWithPrivateKey(bare, key);
        using var signer = new OpenSslSigner(whole);
        var certificate = signer.Sign(await site.RequestAsync(), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(5));

        Assert.Equal(["GW7132"], await site.RefusalsAsync("install", "--file", certificate));
        Assert.Equal(["GW7132"], await site.RefusalsAsync("install", "--file", certificate, "--chain", issuing));
        await site.MustAsync("install", "--file", certificate, "--chain", issuing, "--chain", site.Signer.AuthorityFile);

        var entry = Assert.Single((await site.MustAsync("show"))["certificates"]!.AsArray())!;
        Assert.Equal(("inUse", true), ((string)entry["standing"]!, (bool)entry["isFromPinnedAuthority"]!));
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_with_its_code_and_nothing_is_installed()
    {
        await using var site = new CertifiedSite();
        await using var other = new CertifiedSite();
        using var stranger = new NetworkAuthority("Rig Network CA"); // the same name, and another authority
        using var hospital = new NetworkAuthority("Hospital CA");
        using var strangers = new OpenSslSigner(stranger.Certificate);
        using var hospitals = new OpenSslSigner(hospital.Certificate);
        var request = await site.RequestAsync();
        var (from, until) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(5));
        var elsewhere = site.NewFile("csr");
        await other.MustAsync("request", "--output", elsewhere);

        (string File, string[] Codes, string Chain)[] cases =
        [
            (request, ["GW7127"], site.Signer.AuthorityFile),
            (site.NewFile("crt"), ["GW7127"], site.Signer.AuthorityFile),
            (site.Sign(elsewhere), ["GW7128"], site.Signer.AuthorityFile),
            (site.Sign(request, fromDays: -2, untilDays: -1), ["GW7129"], site.Signer.AuthorityFile),
            (site.Sign(request, extensions: "extendedKeyUsage=serverAuth\n"), ["GW7130"], site.Signer.AuthorityFile),
            (site.Sign(request, extensions: "keyUsage=keyEncipherment\nextendedKeyUsage=clientAuth\n"), ["GW7130"], site.Signer.AuthorityFile),
            (hospitals.Sign(request, from, until), ["GW7131"], hospitals.AuthorityFile),
            (hospitals.Sign(request, from, until), ["GW7132"], site.Signer.AuthorityFile),
            (strangers.Sign(request, from, until), ["GW7131"], site.Signer.AuthorityFile),
            (strangers.Sign(request, from, until), ["GW7131"], strangers.AuthorityFile),
            (hospitals.Sign(request, from.AddDays(-5), from, "extendedKeyUsage=serverAuth\n"), ["GW7129", "GW7130", "GW7131"], hospitals.AuthorityFile),
        ];
        foreach (var (file, codes, chain) in cases)
            Assert.Equal(codes, await site.RefusalsAsync("install", "--file", file, "--chain", chain));
        Assert.Empty(Directory.GetFiles(site.KeysFolder, "*.crt"));
        Assert.Single((await site.MustAsync("show"))["requests"]!.AsArray());
    }

    [Fact]
    public async Task A_certificate_that_the_gateway_would_not_find_or_whose_authority_nobody_pinned_is_refused()
    {
        await using var site = new CertifiedSite();
        var certificate = site.Sign(await site.RequestAsync());
        await ConfigureAsync(site, mail => mail["certificateSubject"] = "CN=gw@site-c.test");
        Assert.Equal(["GW7134"], await site.RefusalsAsync("install", "--file", certificate, "--chain", site.Signer.AuthorityFile));
        await ConfigureAsync(site, mail => (mail["certificateSubject"], mail["authoritySha256"]) = (CertifiedSite.Subject, ""));
        Assert.Equal(["GW7133"], await site.RefusalsAsync("install", "--file", certificate, "--chain", site.Signer.AuthorityFile));
    }

    [Fact]
    public async Task A_certificate_whose_key_is_gone_is_shown_as_such()
    {
        await using var site = new CertifiedSite();
        await site.InstallAsync(site.Sign(await site.RequestAsync()));
        File.Delete(Directory.GetFiles(site.KeysFolder, "*.key").Single());
        var shown = await site.MustAsync("show");
        Assert.Equal("unusable", (string)Assert.Single(shown["certificates"]!.AsArray())!["standing"]!);
        Assert.Null(shown["validUntil"]);
    }

    private static async Task ConfigureAsync(CertifiedSite site, Action<JsonNode> change)
    {
        var configuration = JsonNode.Parse(await File.ReadAllTextAsync(site.Gateway.ConfigurationFile, TestContext.Current.CancellationToken))!;
        change(configuration["mail"]!);
        await File.WriteAllTextAsync(site.Gateway.ConfigurationFile, configuration.ToJsonString(), TestContext.Current.CancellationToken);
    }
}
