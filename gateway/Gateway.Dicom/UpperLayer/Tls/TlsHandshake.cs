using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Dicom.UpperLayer.Tls;

/// <summary>Turns a transport connection into an encrypted one (PS3.15 annex B, BCP 195 profile).</summary>
[SuppressMessage("Security", "CA5398", Justification = "The profile names its versions: an older system must not choose others.")]
internal static class TlsHandshake
{
    private static readonly TlsCipherSuite[] Suites =
    [
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ];

    private const SslProtocols Versions = SslProtocols.Tls12 | SslProtocols.Tls13;

    public static async Task<Stream> AcceptAsync(Stream connection, TlsSettings settings, CancellationToken cancellation)
    {
        var certificate = settings.Certificate ?? throw new ArgumentException("An acceptor of TLS needs a certificate.", nameof(settings));
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, settings.Intermediates, offline: true),
            ClientCertificateRequired = settings.RequiresPeerCertificate,
            CertificateChainPolicy = Policy(settings),
            EnabledSslProtocols = Versions,
            EncryptionPolicy = EncryptionPolicy.RequireEncryption,
            AllowRenegotiation = false,
            CipherSuitesPolicy = SuitesPolicy(),
        };
        return await AuthenticateAsync(connection, stream => stream.AuthenticateAsServerAsync(options, cancellation));
    }

    public static async Task<Stream> ConnectAsync(Stream connection, EndPoint peer, TlsSettings settings, CancellationToken cancellation)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = settings.PeerName ?? HostOf(peer),
            ClientCertificateContext = settings.Certificate is { } certificate
                ? SslStreamCertificateContext.Create(certificate, settings.Intermediates, offline: true)
                : null,
            CertificateChainPolicy = Policy(settings),
            RemoteCertificateValidationCallback = settings.ChecksPeerName ? null : IsTrustedUnderAnyName,
            EnabledSslProtocols = Versions,
            EncryptionPolicy = EncryptionPolicy.RequireEncryption,
            AllowRenegotiation = false,
            CipherSuitesPolicy = SuitesPolicy(),
        };
        return await AuthenticateAsync(connection, stream => stream.AuthenticateAsClientAsync(options, cancellation));
    }

    private static async Task<Stream> AuthenticateAsync(Stream connection, Func<SslStream, Task> authenticate)
    {
        var stream = new SslStream(connection, leaveInnerStreamOpen: false);
        try
        {
            await authenticate(stream);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private static bool IsTrustedUnderAnyName(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;

    private static X509ChainPolicy Policy(TlsSettings settings)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = settings.Revocation,
            DisableCertificateDownloads = settings.Revocation != X509RevocationMode.Online,
        };
        policy.CustomTrustStore.AddRange(settings.Trusted);
        return policy;
    }

    /// <summary>Windows chooses among its own suites, by the machine's policy; elsewhere they are named.</summary>
    private static CipherSuitesPolicy? SuitesPolicy() =>
        OperatingSystem.IsLinux() || OperatingSystem.IsMacOS() ? new CipherSuitesPolicy(Suites) : null;

    private static string HostOf(EndPoint peer) => peer switch
    {
        DnsEndPoint name => name.Host,
        IPEndPoint address => address.Address.ToString(),
        _ => "",
    };
}
