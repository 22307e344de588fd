using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Provisioning.Machines;
using Gateway.Service.Certifying;
using Xunit;

namespace Gateway.Windows.Tests.Changing;

/// <summary>
/// A key of the transport in Windows' own stores, as <c>gwctl cert</c> makes it: Windows does not give it out again, the gateway's account may read it, and the certificate that
/// answers its request has it in LocalMachine\My. Makes two keys and a certificate each, and removes them.
/// </summary>
[Trait("Category", "RealWindows")]
[SupportedOSPlatform("windows")]
public sealed class TransportKeyTests : IAsyncDisposable
{
    private readonly string organization = ThisMachine.NewName();
    private readonly string folder = Path.Combine(Path.GetTempPath(), ThisMachine.NewName());

    public static TheoryData<string> Algorithms => ["rsa3072", "p256"];

    public async ValueTask DisposeAsync()
    {
        if (Permission.WhyNot(changes: true) is not null)
            return;
        await WindowsTool.AskAsync($@"Get-ChildItem Cert:\LocalMachine\My | Where-Object {{ $_.Subject -match '{organization}' }} | Remove-Item -DeleteKey", CancellationToken.None);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_key_is_made_asked_for_with_and_joined_with_its_certificate(string algorithm)
    {
        Permission.Change();
        var cancel = TestContext.Current.CancellationToken;
        var reader = AccessRights.ServiceSid("DicomMailGateway");
        var keys = TransportKeys.Of(folder, organization, inMachineStore: true);
        Assert.IsType<MachineTransportKeys>(keys);
        var now = DateTimeOffset.UtcNow;
        var request = keys.Request(SigningRequest.For(new X500DistinguishedName($"CN=gateway,O={organization}"), ["gateway.test"]), KeyKinds.Named(algorithm)!.Value, reader, now);

        using (var key = CngKey.Open(request.Name, CngProvider.MicrosoftSoftwareKeyStorageProvider, CngKeyOpenOptions.MachineKey))
        {
            Assert.Equal((true, CngExportPolicies.None), (key.IsMachineKey, key.ExportPolicy));
            Assert.ThrowsAny<CryptographicException>(() => key.Export(CngKeyBlobFormat.Pkcs8PrivateBlob));
        }

        // certutil, which knows requests, checks the signature of this one.
        Assert.Contains(organization, await WindowsTool.MustAsync("certutil", cancel, "-dump", request.File), StringComparison.Ordinal);
        Assert.Equal(request.Name, Assert.Single(keys.Requests()).Name);

        using var signed = Answer(request.File, now);
        Assert.True(keys.Install(request, signed, []));
        Assert.False(keys.Install(request, signed, []));
        var own = Assert.Single(keys.Read());
        Assert.Null(own.Problem);
        Assert.Equal(algorithm[0] == 'r', Signs(own.Certificate) is RSACng);

        await using var machine = ThisMachine.Open();
        var state = (await machine.Certificates.ReadKeyAsync(organization, cancel))!;
        Assert.True(DiscretionaryList.LetsRead(state.Sddl!, reader), state.Sddl);
        Assert.Equal("Microsoft Software Key Storage Provider", state.Provider);
        Assert.False(state.InHardware);
        var seen = (await WindowsTool.AskForOneAsync($@"Get-ChildItem Cert:\LocalMachine\My | Where-Object {{ $_.Subject -match '{organization}' }} | ForEach-Object {{ [pscustomobject]@{{ Thumbprint = $_.Thumbprint; Key = $_.HasPrivateKey }} }}", cancel)).AsObject();
        Assert.Equal((own.Certificate.Thumbprint, true), ((string)seen["Thumbprint"]!, (bool)seen["Key"]!));
    }

    // The key signs, and its certificate's public key says that it was it.
    private static AsymmetricAlgorithm Signs(X509Certificate2 certificate)
    {
        byte[] text = [1, 2, 3];
        if (certificate.GetRSAPrivateKey() is { } rsa)
        {
            Assert.True(certificate.GetRSAPublicKey()!.VerifyData(text, rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pss), HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
            return rsa;
        }

        var curve = certificate.GetECDsaPrivateKey()!;
        Assert.True(certificate.GetECDsaPublicKey()!.VerifyData(text, curve.SignData(text, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256));
        return curve;
    }

    private static X509Certificate2 Answer(string request, DateTimeOffset now)
    {
        using var key = RSA.Create(2048);
        var authority = new CertificateRequest("CN=Network CA", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var issuer = authority.CreateSelfSigned(now.AddDays(-1), now.AddDays(3));
        return CertificateRequest.LoadSigningRequestPem(File.ReadAllText(request), HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions)
            .Create(issuer.SubjectName, X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1), now.AddHours(-1), now.AddDays(2), [1, 2, 3, 4]);
    }
}
