using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Provisioning.Tests.Machines;

/// <summary>A mail server of the network on loopback, for one connection: POP3S, or SMTP with STARTTLS; it asks for a certificate of its authority where a test wants that.</summary>
internal sealed class MailPeer : IDisposable
{
    public const string Name = "mail1.dicommail.com";
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Task serving;

    /// <summary>A server that waits.</summary>
    public MailPeer(bool smtp, X509Certificate2 shown, string protocol, X509Certificate2? asksForOneOf, CancellationToken cancel, bool startTls = true)
    {
        listener.Start();
        serving = ServeAsync(listener, smtp, startTls, new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(shown, null, offline: true),
            ClientCertificateRequired = asksForOneOf is not null,
            EnabledSslProtocols = ProtocolOf(protocol),
            RemoteCertificateValidationCallback = (_, certificate, _, _) => asksForOneOf is null || (certificate is not null && certificate.Issuer == asksForOneOf.Subject),
        }, cancel);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Waits until its one connection has ended.</summary>
    public Task EndAsync() => serving;

    public void Dispose() => listener.Dispose();

    private static async Task ServeAsync(TcpListener listener, bool smtp, bool startTls, SslServerAuthenticationOptions options, CancellationToken cancel)
    {
        using var client = await listener.AcceptTcpClientAsync(cancel);
        try
        {
            if (smtp)
            {
                var plain = client.GetStream();
                await SayAsync(plain, $"220 {Name} ESMTP", cancel);
                await HearAsync(plain, cancel);
                await SayAsync(plain, startTls ? $"250-{Name}\r\n250 STARTTLS" : $"250-{Name}\r\n250 SIZE", cancel);
                await HearAsync(plain, cancel);
                await SayAsync(plain, "220 go ahead", cancel);
            }

            await using var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsServerAsync(options, cancel);
            if (!smtp)
            {
                await SayAsync(stream, "+OK", cancel);
                return;
            }

            while (await HearAsync(stream, cancel) is { Length: > 0 } command)
                await SayAsync(stream, command.StartsWith("QUIT", StringComparison.Ordinal) ? "221 bye" : $"250 {Name}", cancel);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            // The peer was refused, or left.
        }
    }

    [SuppressMessage("Security", "CA5398", Justification = "Both protocols that the requirements allow are tested, and they differ in when a certificate is judged.")]
    private static SslProtocols ProtocolOf(string name) => name == "TLS 1.2" ? SslProtocols.Tls12 : SslProtocols.Tls13;

    private static async Task SayAsync(Stream stream, string line, CancellationToken cancel) => await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(line + "\r\n"), cancel);

    private static async Task<string> HearAsync(Stream stream, CancellationToken cancel)
    {
        var buffer = new byte[1024];
        return System.Text.Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, cancel));
    }

    public static X509Certificate2 Authority(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(2));
    }

    public static X509Certificate2 Issue(X509Certificate2 by, string name, bool ended = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        using var issued = request.Create(by, DateTimeOffset.UtcNow.AddYears(-1), DateTimeOffset.UtcNow.AddDays(ended ? -1 : 30), RandomNumberGenerator.GetBytes(8));
        using var withKey = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }
}
