using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Provisioning.Machines.Windows;
using Gateway.Provisioning.Manifest.Values;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines.Windows;

/// <summary>What is said of a certificate; the stores themselves are Windows'.</summary>
[SupportedOSPlatform("windows")]
public sealed class WindowsCertificatesTests : IDisposable
{
    private readonly X509Certificate2 authority = Make("CN=Network CA", null);
    private readonly X509Certificate2 own;

    public WindowsCertificatesTests() => own = Make("CN=DICOM-Mail Gateway", authority);

    [Fact]
    public void The_root_of_its_chain_is_found_among_what_the_machine_knows()
    {
        var state = WindowsCertificates.StateOf(own, [authority]);
        Assert.Equal(("CN=DICOM-Mail Gateway", "CN=Network CA", true), (state.Subject, state.Issuer, state.HasPrivateKey));
        Assert.Equal(Sha256Digest.Of(authority.RawData).Text, state.RootSha256);
        Assert.Equal(own.NotAfter.ToUniversalTime(), state.NotAfter.UtcDateTime);
    }

    [Fact]
    public void A_chain_that_is_not_complete_has_no_root() => Assert.Null(WindowsCertificates.StateOf(own, []).RootSha256);

    [Fact]
    public void A_certificate_without_its_key_says_so()
    {
        using var shown = X509CertificateLoader.LoadCertificate(own.RawData);
        Assert.False(WindowsCertificates.StateOf(shown, [authority]).HasPrivateKey);
    }

    [Fact]
    public void A_connection_shows_the_newest_that_counts_and_where_none_does_the_one_that_ended_last()
    {
        var now = DateTimeOffset.UtcNow;
        using var old = Made("old", now.AddDays(-9), now.AddDays(20));
        using var used = Made("used", now.AddDays(-1), now.AddDays(5));
        using var later = Made("later", now.AddDays(1), now.AddDays(30));
        using var other = Make("CN=somebody else", null);
        X509Certificate2[] all = [later, old, other, used];
        Assert.Same(used, WindowsCertificates.InUse(all, "cn=gateway", now));
        Assert.Same(old, WindowsCertificates.InUse(all, "CN=gateway", now.AddDays(-2)));
        Assert.Same(later, WindowsCertificates.InUse(all, "CN=gateway", now.AddDays(40)));
        Assert.Same(old, WindowsCertificates.InUse(all, "CN=gateway", now.AddDays(-20)));
        Assert.Null(WindowsCertificates.InUse(all, "CN=nobody", now));

        static X509Certificate2 Made(string organization, DateTimeOffset from, DateTimeOffset until)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return new CertificateRequest($"CN=gateway, O={organization}", key, HashAlgorithmName.SHA256).CreateSelfSigned(from, until);
        }
    }

    public void Dispose()
    {
        own.Dispose();
        authority.Dispose();
    }

    private static X509Certificate2 Make(string subject, X509Certificate2? issuer)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(issuer is null, false, 0, true));
        var (from, until) = (DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(30));
        if (issuer is null)
            return request.CreateSelfSigned(from, until);
        using var made = request.Create(issuer, from, until.AddHours(-1), [1, 2, 3]);
        return made.CopyWithPrivateKey(key);
    }
}
