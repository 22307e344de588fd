using System.Net.Security;
using System.Net.Sockets;
using Gateway.Service.Configuration;

namespace Gateway.Service.Syslogging;

/// <summary>
/// A connection to a syslog server over TLS (RFC 5425). The server never answers, so that what it closed meanwhile is noticed by reading
/// beside writing; what was under way just then may be lost, as with any syslog.
/// </summary>
internal sealed class SyslogConnection : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TcpClient client;
    private readonly SslStream stream;
    private readonly Task ended;

    private SyslogConnection(TcpClient client, SslStream stream)
    {
        (this.client, this.stream) = (client, stream);
        ended = ReadToEndAsync();
    }

    /// <summary>Connects and checks who the server is.</summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The server is not who it must be, or no TLS was agreed on.</exception>
    public static async Task<SyslogConnection> OpenAsync(SyslogSettings settings, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        var client = new TcpClient();
        SslStream? stream = null;
        try
        {
            await client.ConnectAsync(settings.Host, settings.Port, limit.Token);
            stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = settings.Host, CertificateChainPolicy = PeerTrust.Policy(settings.AuthorityFile) }, limit.Token);
            return new SyslogConnection(client, stream);
        }
        catch (Exception failure)
        {
            if (stream is not null)
                await stream.DisposeAsync();
            client.Dispose();
            if (failure is OperationCanceledException && !cancellation.IsCancellationRequested)
                throw new TimeoutException($"The syslog server did not answer within {Patience.TotalSeconds} s.", failure);
            throw;
        }
    }

    /// <summary>Sends a frame. Nobody can break it off: behind half a frame the server would understand nothing any more.</summary>
    /// <exception cref="IOException">The server is gone.</exception>
    /// <exception cref="TimeoutException">The server takes nothing; the connection is of no use any more.</exception>
    public async Task SendAsync(byte[] frame)
    {
        if (ended.IsCompleted)
            throw new IOException("The syslog server has closed the connection.");
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await stream.WriteAsync(frame, limit.Token);
        }
        catch (OperationCanceledException failure)
        {
            throw new TimeoutException($"The syslog server took nothing for {Patience.TotalSeconds} s.", failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await stream.ShutdownAsync();
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException)
        {
            // the server was faster
        }

        await stream.DisposeAsync();
        client.Dispose();
        await ended;
    }

    private async Task ReadToEndAsync()
    {
        var nothing = new byte[256];
        try
        {
            while (await stream.ReadAsync(nothing) > 0)
            {
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // an end like any other
        }
    }
}
