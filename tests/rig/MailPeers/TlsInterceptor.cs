using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Gateway.Rig.MailPeers;

/// <summary>
/// A firewall that opens TLS: it shows a certificate of its own authority and passes on what it reads. In front of SMTP it takes part in STARTTLS on both sides, or
/// takes STARTTLS out and shows no certificate at all.
/// </summary>
public sealed class TlsInterceptor : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly int server;
    private readonly X509Certificate2? shown;
    private readonly bool isSmtp;
    private readonly Task serving;
    private long read;

    /// <summary>One in front of a server.</summary>
    /// <param name="server">The server's port.</param>
    /// <param name="shown">The certificate that it shows; null to take out STARTTLS.</param>
    /// <param name="isSmtp">Whether TLS begins with STARTTLS.</param>
    public TlsInterceptor(int server, X509Certificate2? shown, bool isSmtp)
    {
        (this.server, this.shown, this.isSmtp) = (server, shown, isSmtp);
        listener.Start();
        serving = ServeAsync();
    }

    /// <summary>The port at which it waits.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How many bytes of what was meant for the server alone it has read.</summary>
    public long BytesRead => Interlocked.Read(ref read);

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync();
                using var behind = new TcpClient();
                await behind.ConnectAsync(IPAddress.Loopback, server);
                await PassAsync(client.GetStream(), behind.GetStream());
            }
            catch (Exception e) when (e is SocketException { SocketErrorCode: SocketError.OperationAborted } or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
            catch (Exception e) when (e is SocketException or IOException or AuthenticationException)
            {
                // The client did not fall for it.
            }
        }
    }

    private async Task PassAsync(Stream client, Stream behind)
    {
        if (isSmtp)
        {
            await SayAsync(client, await HearAsync(behind));
            while (await HearAsync(client) is { Length: > 0 } command)
            {
                await SayAsync(behind, command);
                var reply = await HearAsync(behind);
                await SayAsync(client, shown is null ? reply.Replace("250-STARTTLS\r\n", "", StringComparison.Ordinal) : reply);
                if (command.StartsWith("STARTTLS", StringComparison.Ordinal) && shown is not null)
                    break;
            }
        }

        if (shown is null)
            return;
        await using var open = new SslStream(client);
        await open.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(shown, null, offline: true) });
        var buffer = new byte[4096];
        while (await open.ReadAsync(buffer) is > 0 and var length)
            Interlocked.Add(ref read, length);
    }

    private static async Task SayAsync(Stream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text));

    private static async Task<string> HearAsync(Stream stream)
    {
        var buffer = new byte[4096];
        return Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer));
    }
}
