using System.Security.Cryptography.X509Certificates;
using Gateway.Dicom.Tests.Peers;
using Gateway.Service.Alarming;
using Gateway.Service.Configuration;
using Gateway.Service.Tests.Auditing;
using MailKit.Security;
using Xunit;

namespace Gateway.Service.Tests.Alarming;

/// <summary>Mail to a server that wants STARTTLS, and must prove who it is.</summary>
public sealed class MailCarrierTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gateway-starttls-").FullName;
    private readonly TestAuthority authority = new("Authority of the site");
    private readonly int port = Dcmtk.FreePort();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_of_the_right_authority_gets_the_alarm_after_starttls()
    {
        Assert.SkipUnless(MailPeer.IsInstalled, "aiosmtpd is not installed");
        await using var mail = await MailPeer.StartAsync(port, Cancellation, Certificate());

        await Carrier(authority).CarryAsync(Alarm(), Cancellation);

        Assert.Contains("GW8005 critical", Assert.Single(await mail.HasAsync(1, Cancellation)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_of_another_authority_or_without_starttls_gets_nothing()
    {
        Assert.SkipUnless(MailPeer.IsInstalled, "aiosmtpd is not installed");
        using var stranger = new TestAuthority("Authority of a stranger");
        await using (var mail = await MailPeer.StartAsync(port, Cancellation, Certificate()))
        {
            await Assert.ThrowsAsync<SslHandshakeException>(() => Carrier(stranger).CarryAsync(Alarm(), Cancellation));
            Assert.Empty(mail.Mails());
        }

        await using var plain = await MailPeer.StartAsync(port, Cancellation);
        await Assert.ThrowsAsync<NotSupportedException>(() => Carrier(authority).CarryAsync(Alarm(), Cancellation));
        Assert.Empty(plain.Mails());
    }

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static Alarm Alarm() => new(AlarmKind.DiskShort, "images", "The disk is short.", DateTimeOffset.UnixEpoch, IsCleared: false);

    private string[] Certificate()
    {
        using var certificate = authority.Issue("localhost");
        using var key = certificate.GetRSAPrivateKey()!;
        var (certificateFile, keyFile) = (Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return ["--tlscert", certificateFile, "--tlskey", keyFile];
    }

    private MailCarrier Carrier(TestAuthority trusted)
    {
        var pem = Path.Combine(folder, "authority.pem");
        File.WriteAllText(pem, trusted.Pem);
        return new MailCarrier(new AlarmMailSettings("localhost", port, StartTls: true, pem, "gateway@site.example", ["pacs@site.example"]), "Example hospital");
    }
}
