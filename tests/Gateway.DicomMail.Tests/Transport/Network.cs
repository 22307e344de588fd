using System.Net;
using System.Security.Cryptography.X509Certificates;
using Gateway.DicomMail.Transport;
using Gateway.DicomMail.Transport.Smtp;
using Gateway.PrivateServers;

namespace Gateway.DicomMail.Tests.Transport;

/// <summary>An authority, a site of its network, and what a test's scripted servers show.</summary>
public sealed class Network : IDisposable
{
    public NetworkAuthority Authority { get; } = new("Rig Network CA");

    public NetworkAuthority Firewall { get; } = new("Hospital Web Proxy CA");

    public X509Certificate2 Server => field ??= Authority.IssueServer([.. Enumerable.Range(1, 6).Select(MailNetwork.Host)]);

    public X509Certificate2 Intercepted => field ??= Firewall.IssueServer([.. Enumerable.Range(1, 6).Select(MailNetwork.Host)]);

    public X509Certificate2 Site => field ??= Authority.IssueSite("gw@site-a.test");

    public NetworkTrust Trust(X509Certificate2? own) => new([Authority.Sha256], [Authority.Certificate], own);

    /// <summary>Relays at these ports, asked in this order.</summary>
    public SmtpRelaySettings Relays(params int[] ports) => new([.. ports.Select((port, i) => new MailServer(MailNetwork.Host(i + 1), port, 0, IPAddress.Loopback))], Trust(Site)) { First = 0 };

    public void Dispose()
    {
        Authority.Dispose();
        Firewall.Dispose();
    }
}
