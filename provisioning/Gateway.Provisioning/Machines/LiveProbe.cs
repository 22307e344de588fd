using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Gateway.Provisioning.Machines;

/// <summary>Connects to a server for real and says what it saw. The certificate is looked at, never trusted: no data follow.</summary>
internal static class LiveProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Probes an address in a host's name.</summary>
    public static async Task<ProbeResult> RunAsync(HostName host, int port, ProbeKind kind, string address, int addressPort, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        var seen = new ProbeResult(host.Text, port, Connected: false);
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(address, addressPort, limit.Token);
            seen = seen with { Connected = true };
            return kind switch
            {
                ProbeKind.SmtpStartTls => await SmtpAsync(seen, socket, host, limit.Token),
                ProbeKind.Tls => await TlsAsync(seen, socket, host, limit.Token),
                _ => seen,
            };
        }
        catch (Exception e) when (e is SocketException or IOException or System.Security.Authentication.AuthenticationException or SslHandshakeException or NotSupportedException or SmtpProtocolException or SmtpCommandException)
        {
            return seen with { Failure = e is NotSupportedException ? "the server offers no STARTTLS, or something on the way takes it out" : FirstLine(e.Message) };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return seen with { Failure = $"no answer within {Patience.TotalSeconds} s" };
        }
    }

    private static async Task<ProbeResult> SmtpAsync(ProbeResult seen, Socket socket, HostName host, CancellationToken cancel)
    {
        using var client = new SmtpClient { CheckCertificateRevocation = false };
        client.ServerCertificateValidationCallback = (_, certificate, chain, _) => Note(ref seen, certificate, chain);
        await client.ConnectAsync(socket, host.Text, seen.Port, SecureSocketOptions.StartTls, cancel);
        seen = seen with { Tls = Show(client.SslProtocol) };
        await client.DisconnectAsync(quit: true, cancel);
        return seen;
    }

    private static async Task<ProbeResult> TlsAsync(ProbeResult seen, Socket socket, HostName host, CancellationToken cancel)
    {
        await using var stream = new SslStream(new NetworkStream(socket), leaveInnerStreamOpen: false, (_, certificate, chain, _) => Note(ref seen, certificate, chain));
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host.Text }, cancel);
        return seen with { Tls = Show(stream.SslProtocol) };
    }

    private static bool Note(ref ProbeResult seen, X509Certificate? certificate, X509Chain? chain)
    {
        var root = chain is { ChainElements.Count: > 1 } ? chain.ChainElements[^1].Certificate : null;
        seen = seen with { Issuer = certificate?.Issuer, RootSha256 = root is null ? null : Sha256Digest.Of(root.RawData).Text };
        return true; // looked at, not trusted
    }

    // Tls12 is shown as TLS 1.2, whatever versions are still to come.
    private static string Show(SslProtocols protocol) => protocol.ToString() is ['T', 'l', 's', var major, var minor] ? $"TLS {major}.{minor}" : protocol.ToString();

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();
}
