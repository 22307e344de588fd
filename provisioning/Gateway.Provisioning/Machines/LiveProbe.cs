using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Gateway.Provisioning.Machines;

/// <summary>What a probe brings along.</summary>
/// <param name="Authority">SHA-256 of the pinned authority's certificate, against which chains are built; null: against the machine's own trust.</param>
/// <param name="ClientCertificate">This machine's certificate with its private key, offered to a server that asks; null when there is none.</param>
/// <param name="Known">Certificates that the machine has beside those that its system trusts: the authority's may be among them.</param>
internal sealed record ProbeCredentials(Sha256Digest? Authority, X509Certificate2? ClientCertificate, IReadOnlyList<X509Certificate2> Known);

/// <summary>
/// Connects to a server for real and says what it saw, however far it came. The certificate is judged and the judgement is told, but the handshake goes on
/// whatever it says: no data follow, and what an interceptor does next is worth seeing.
/// </summary>
internal sealed class LiveProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HostName host;
    private readonly ProbeCredentials credentials;
    private ProbeResult seen;
    private bool asked;

    private LiveProbe(HostName host, int port, ProbeCredentials credentials)
    {
        this.host = host;
        this.credentials = credentials;
        seen = new ProbeResult(host.Text, port, Connected: false);
    }

    /// <summary>Probes an address in a host's name.</summary>
    /// <param name="host">The host that the certificate must be issued to.</param>
    /// <param name="port">Its port, as the result names it.</param>
    /// <param name="kind">What is done after connecting.</param>
    /// <param name="address">The address that is connected to.</param>
    /// <param name="addressPort">The port that is connected to.</param>
    /// <param name="credentials">What the probe brings along.</param>
    /// <param name="cancel">Cancels.</param>
    public static Task<ProbeResult> RunAsync(HostName host, int port, ProbeKind kind, string address, int addressPort, ProbeCredentials credentials, CancellationToken cancel) =>
        new LiveProbe(host, port, credentials).RunAsync(kind, address, addressPort, cancel);

    private async Task<ProbeResult> RunAsync(ProbeKind kind, string address, int addressPort, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(address, addressPort, limit.Token);
            seen = seen with { Connected = true };
            if (kind == ProbeKind.SmtpStartTls)
                await SmtpAsync(socket, limit.Token);
            else if (kind == ProbeKind.Tls)
                await TlsAsync(socket, limit.Token);
        }
        catch (Exception e) when (e is SocketException or IOException or System.Security.Authentication.AuthenticationException or SslHandshakeException or NotSupportedException or SmtpProtocolException or SmtpCommandException)
        {
            Failed(Describe(e));
            seen = seen with { Obstacle = seen.Connected ? null : ObstacleOf(e) };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            seen = seen with
            {
                Failure = new($"keine Antwort innerhalb von {Patience.TotalSeconds} s", $"no answer within {Patience.TotalSeconds} s"),
                Obstacle = seen.Connected ? null : ProbeObstacle.NoAnswer,
            };
        }

        return seen;
    }

    private async Task SmtpAsync(Socket socket, CancellationToken cancel)
    {
        using var client = new StartTlsClient(Options()) { ServerCertificateValidationCallback = (_, certificate, chain, errors) => Note(certificate, chain, errors) };
        await client.ConnectAsync(socket, host.Text, seen.Port, SecureSocketOptions.StartTls, cancel);
        Finished(client.SslProtocol);
        await client.DisconnectAsync(quit: true, cancel);
    }

    private async Task TlsAsync(Socket socket, CancellationToken cancel)
    {
        await using var stream = new SslStream(new NetworkStream(socket), leaveInnerStreamOpen: false, (_, certificate, chain, errors) => Note(certificate, chain, errors));
        await stream.AuthenticateAsClientAsync(Options(), cancel);
        seen = seen with { Tls = Show(stream.SslProtocol) };

        // In TLS 1.3 a server judges our certificate after the handshake (RFC 8446, 4.4.2.4): its greeting (RFC 1939) says that it let us in.
        if (asked && await stream.ReadAsync(new byte[1], cancel) == 0)
            Failed(new("der Server hat die Verbindung nach dem Handshake geschlossen", "the server closed the connection after the handshake"));
        else
            Finished(stream.SslProtocol);
    }

    private void Finished(SslProtocols protocol) =>
        seen = seen with { Tls = Show(protocol), ClientCertificateAccepted = asked && credentials.ClientCertificate is not null ? true : null };

    // A server that gets no certificate says so in words of its own, or in none.
    private void Failed(Wording why) => seen = seen with
    {
        Failure = asked && credentials.ClientCertificate is null
            ? new("der Server verlangt ein Clientzertifikat, und es ist keines vorhanden", "the server asks for a client certificate, and there is none to offer")
            : why,
        ClientCertificateAccepted = asked && credentials.ClientCertificate is not null ? false : null,
    };

    private SslClientAuthenticationOptions Options() => new()
    {
        TargetHost = host.Text,
        LocalCertificateSelectionCallback = (_, _, _, remote, _) => Offer(remote),
        CertificateChainPolicy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
    };

    // Called once before the server has said anything, and again when it asks.
    private X509Certificate Offer(X509Certificate? remote)
    {
        if (remote is null)
            return null!;
        asked = true;
        return credentials.ClientCertificate!;
    }

    private bool Note(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is X509Certificate2 shown)
        {
            var judged = SeenChain.Judge(shown, chain, credentials);
            Wording? name = errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? new($"es ist nicht für {host} ausgestellt", $"it is not issued to {host}") : null;
            Wording[] problems = [.. new[] { name, judged.Problem }.OfType<Wording>()];
            seen = seen with { Issuer = shown.Issuer, RootSha256 = judged.Root?.Text, CertificateProblem = problems.Length == 0 ? null : Wording.Join("; ", problems) };
        }

        return true; // judged, and the handshake goes on
    }

    // WSAEACCES is what a filter of this machine's own answers with ("Windows Sockets Error Codes", Microsoft Learn).
    private static ProbeObstacle? ObstacleOf(Exception failure) => (failure as SocketException)?.SocketErrorCode switch
    {
        SocketError.AccessDenied => ProbeObstacle.Forbidden,
        SocketError.ConnectionRefused or SocketError.ConnectionReset => ProbeObstacle.Refused,
        SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable => ProbeObstacle.NoAnswer,
        _ => null,
    };

    private static Wording Describe(Exception failure) => failure is NotSupportedException
        ? new("der Server bietet kein STARTTLS an, oder etwas auf dem Weg entfernt es", "the server offers no STARTTLS, or something on the way takes it out")
        : Wording.Same(FirstLine((failure is SslHandshakeException { InnerException: { } cause } ? cause : failure).Message));

    // Tls12 is shown as TLS 1.2, whatever versions are still to come.
    private static string Show(SslProtocols protocol) => protocol.ToString() is ['T', 'l', 's', var major, var minor] ? $"TLS {major}.{minor}" : protocol.ToString();

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();

    private sealed class StartTlsClient(SslClientAuthenticationOptions options) : SmtpClient
    {
        protected override SslClientAuthenticationOptions GetSslClientAuthenticationOptions(string host, RemoteCertificateValidationCallback remoteCertificateValidationCallback) => options;
    }
}
