using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Gateway.Service.Probing;

/// <summary>
/// Connects to a server as the gateway itself would, in its own program: scanners that block port 25 do so by program, and firewall rules are bound to one. No data follow: the
/// server's certificate is noted whatever it is, and the handshake goes on.
/// </summary>
internal sealed class ServerProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly ProbeTarget target;
    private readonly X509Certificate2? own;
    private ProbeReport seen;
    private bool handshake;

    private ServerProbe(ProbeTarget target, X509Certificate2? own) =>
        (this.target, this.own, seen) = (target, own, new ProbeReport { Server = target.ToString(), Account = AccountName(), Offered = own is not null });

    /// <summary>Probes a server.</summary>
    /// <param name="target">The server.</param>
    /// <param name="own">The client certificate, or null.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task<ProbeReport> RunAsync(ProbeTarget target, X509Certificate2? own, CancellationToken cancel)
    {
        IPEndPoint[] places;
        try
        {
            places = target.At is not null ? [target.At] : [.. (await Dns.GetHostAddressesAsync(target.Host, cancel)).Select(address => new IPEndPoint(address, target.Port))];
        }
        catch (SocketException e)
        {
            return new ServerProbe(target, own).Failed(ProbeFailure.Unresolved, e.SocketErrorCode.ToString());
        }

        // As a mail program does it: one address after the other until one answers.
        var last = new ServerProbe(target, own).Failed(ProbeFailure.Unresolved, "no address");
        foreach (var place in places)
        {
            last = await new ServerProbe(target, own).ConnectAsync(place, cancel);
            if (last.Connected)
                break;
        }

        return last;
    }

    private async Task<ProbeReport> ConnectAsync(IPEndPoint place, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            using var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(place, limit.Token);
            seen = seen with { Connected = true };
            await using var plain = new NetworkStream(socket);
            if (target.Kind == ProbeKind.StartTls && !await AskForTlsAsync(plain, limit.Token))
                return seen;
            if (target.Kind != ProbeKind.Tcp)
                await SecureAsync(plain, limit.Token);
            return seen;
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException)
        {
            return Failed(!seen.Connected ? WhyUnconnected(e) : handshake ? ProbeFailure.Handshake : ProbeFailure.Dialogue, e.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Failed(ProbeFailure.TimedOut, $"{Patience.TotalSeconds} s");
        }
    }

    // RFC 5321, 4.1.1.1; RFC 3207, 4.
    private async Task<bool> AskForTlsAsync(Stream stream, CancellationToken cancel)
    {
        var greeting = await ReplyAsync(stream, cancel);
        var hello = greeting[0].StartsWith("220", StringComparison.Ordinal) ? await AskAsync(stream, $"EHLO {Dns.GetHostName()}", cancel) : greeting;
        if (!hello[0].StartsWith("250", StringComparison.Ordinal))
            seen = Failed(ProbeFailure.Dialogue, hello[0]);
        else if (!hello.Skip(1).Any(line => line.Length > 4 && line[4..].Trim().Equals("STARTTLS", StringComparison.OrdinalIgnoreCase)))
            seen = Failed(ProbeFailure.NoStartTls, null);
        else if (await AskAsync(stream, "STARTTLS", cancel) is [var answer, ..] && !answer.StartsWith("220", StringComparison.Ordinal))
            seen = Failed(ProbeFailure.Dialogue, answer);
        else
            return true;
        return false;
    }

    private async Task SecureAsync(Stream plain, CancellationToken cancel)
    {
        handshake = true;
        await using var secure = new SslStream(plain, leaveInnerStreamOpen: true, (_, certificate, chain, errors) => Note(certificate, chain, errors));
        await secure.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = target.Host,
                LocalCertificateSelectionCallback = (_, _, _, remote, _) => Offer(remote),
                CertificateChainPolicy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
            },
            cancel);
        seen = seen with { Tls = Show(secure.SslProtocol) };

        // In TLS 1.3 a server judges our certificate after the handshake (RFC 8446, 4.4.2.4): what it says next says that it let us in.
        if (target.Kind == ProbeKind.StartTls)
            await secure.WriteAsync(Encoding.ASCII.GetBytes($"EHLO {Dns.GetHostName()}\r\n"), cancel);
        if ((seen.Asked || target.Kind == ProbeKind.StartTls) && await secure.ReadAsync(new byte[1], cancel) == 0)
            seen = Failed(ProbeFailure.ClosedAfterHandshake, null);
        else if (target.Kind == ProbeKind.StartTls)
            await secure.WriteAsync("QUIT\r\n"u8.ToArray(), cancel);
    }

    // Called once before the server has said anything, and again when it asks.
    private X509Certificate Offer(X509Certificate? remote)
    {
        if (remote is null)
            return null!;
        seen = seen with { Asked = true };
        return own!;
    }

    private bool Note(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is X509Certificate2 shown)
        {
            X509Certificate2[] sent = [shown, .. chain?.ChainPolicy.ExtraStore ?? [], .. chain?.ChainElements.Select(e => e.Certificate) ?? []];
            seen = seen with
            {
                Chain = [.. sent.Select(c => Convert.ToBase64String(c.RawData)).Distinct()],
                NameMatches = !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch),
            };
        }

        return true;
    }

    private static ProbeFailure WhyUnconnected(Exception failure) => (failure as SocketException)?.SocketErrorCode switch
    {
        SocketError.AccessDenied => ProbeFailure.Forbidden,
        SocketError.ConnectionRefused or SocketError.ConnectionReset => ProbeFailure.Refused,
        _ => ProbeFailure.Connection,
    };

    private ProbeReport Failed(ProbeFailure failure, string? detail) => seen with { Failure = failure, Detail = detail?.Split('\n', 2)[0].TrimEnd() };

    private static async Task<IReadOnlyList<string>> AskAsync(Stream stream, string command, CancellationToken cancel)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), cancel);
        return await ReplyAsync(stream, cancel);
    }

    // A reply's last line has a blank behind its code (RFC 5321, 4.2.1). Byte by byte: what follows 220 belongs to TLS.
    private static async Task<IReadOnlyList<string>> ReplyAsync(Stream stream, CancellationToken cancel)
    {
        const int most = 100;
        var lines = new List<string>();
        var line = new StringBuilder();
        var one = new byte[1];
        while (lines.Count < most && line.Length < 1000)
        {
            if (await stream.ReadAsync(one, cancel) == 0)
                throw new IOException("the server closed the connection");
            if (one[0] != '\n')
            {
                line.Append((char)one[0]);
                continue;
            }

            lines.Add(line.ToString().TrimEnd('\r'));
            line.Clear();
            if (lines[^1].Length < 4 || lines[^1][3] != '-')
                return lines;
        }

        throw new IOException("the server's reply has no end");
    }

    private static string Show(SslProtocols protocol) => protocol.ToString() is ['T', 'l', 's', var major, var minor] ? $"TLS {major}.{minor}" : protocol.ToString();

    private static string AccountName() => OperatingSystem.IsWindows() ? System.Security.Principal.WindowsIdentity.GetCurrent().Name : Environment.UserName;
}

/// <summary>What a probe does after it has connected.</summary>
internal enum ProbeKind
{
    /// <summary>Connects only.</summary>
    Tcp,

    /// <summary>SMTP greeting, EHLO, STARTTLS, handshake.</summary>
    StartTls,

    /// <summary>Handshake at once.</summary>
    Tls,
}
