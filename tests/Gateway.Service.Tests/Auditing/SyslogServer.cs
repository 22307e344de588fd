using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Gateway.Service.Tests.Auditing;

/// <summary>A syslog server over TLS (RFC 5425), with a certificate from an authority of its own.</summary>
internal sealed class SyslogServer : IAsyncDisposable
{
    private readonly X509Certificate2 certificate;
    private readonly CancellationTokenSource closing = new();
    private readonly TcpListener listener;
    private readonly Task serving;

    public SyslogServer(TestAuthority authority, int port)
    {
        certificate = authority.Issue("localhost");
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        serving = ServeAsync();
    }

    /// <summary>The messages that came, without their lengths.</summary>
    public ConcurrentQueue<string> Messages { get; } = [];

    /// <summary>Waits until so many messages came.</summary>
    public async Task<IReadOnlyList<string>> HasAsync(int count, CancellationToken cancellation)
    {
        while (Messages.Count < count)
            await Task.Delay(20, cancellation);
        return [.. Messages];
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await serving;
        listener.Dispose();
        closing.Dispose();
        certificate.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!closing.IsCancellationRequested)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(closing.Token);
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, closing.Token);
                while (await ReadFrameAsync(tls) is { } message)
                    Messages.Enqueue(message);
            }
            catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // the next one, or the end
            }
        }
    }

    // MSG-LEN SP SYSLOG-MSG (section 4.3.1); anything else is no frame.
    private async Task<string?> ReadFrameAsync(SslStream tls)
    {
        var length = "";
        var one = new byte[1];
        while (true)
        {
            if (await tls.ReadAsync(one, closing.Token) == 0)
                return null;
            if (one[0] == ' ')
                break;
            length += (char)one[0];
        }

        var message = new byte[int.Parse(length, NumberStyles.None, CultureInfo.InvariantCulture)];
        await tls.ReadExactlyAsync(message, closing.Token);
        return Encoding.UTF8.GetString(message);
    }
}

/// <summary>A certificate authority of a test.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 root;

    public TestAuthority(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    }

    /// <summary>Its certificate, PEM.</summary>
    public string Pem => root.ExportCertificatePem();

    /// <summary>A certificate for a server's name.</summary>
    public X509Certificate2 Issue(string host)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(root, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(20), RandomNumberGenerator.GetBytes(8));
        using var withKey = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    public void Dispose() => root.Dispose();
}
