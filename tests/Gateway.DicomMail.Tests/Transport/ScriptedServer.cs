using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Gateway.DicomMail.Tests.Transport;

/// <summary>A server on loopback that says to each connection what a test wants.</summary>
internal abstract class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly List<Task> dialogues = [];
    private Task? serving;
    private int connections;

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref connections);

    /// <summary>The certificate that it shows.</summary>
    public required X509Certificate2 Shown { get; init; }

    /// <summary>Whether it closes the connection as soon as it has seen the client's certificate.</summary>
    public bool ClosesAfterCertificate { get; init; }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        if (serving is not null)
            await serving;
        listener.Dispose();
        await Task.WhenAll(dialogues);
        ending.Dispose();
    }

    protected void Serve()
    {
        listener.Start();
        serving = ServeAsync();
    }

    protected abstract Task TalkAsync(Dialogue dialogue);

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(ending.Token);
                Interlocked.Increment(ref connections);
                dialogues.Add(TalkAsync(client));
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await TalkAsync(new Dialogue(client.GetStream(), ending.Token));
                client.LingerState = new LingerOption(false, 0);
            }
            catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException or InvalidOperationException or ObjectDisposedException)
            {
                // The peer left, or the test is over.
            }
        }
    }

    /// <summary>One connection.</summary>
    internal sealed class Dialogue(Stream plain, CancellationToken cancellation)
    {
        private readonly List<byte> line = [];
        private Stream stream = plain;

        public CancellationToken Cancellation => cancellation;

        public Stream Stream => stream;

        public async Task SayAsync(string text) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text + "\r\n"), cancellation);

        /// <summary>A line, or null when the peer has closed.</summary>
        public async Task<string?> HearAsync() => await HearBytesAsync() is { } bytes ? Encoding.Latin1.GetString(bytes).TrimEnd('\r', '\n') : null;

        /// <summary>A line with its end, or null.</summary>
        public async Task<byte[]?> HearBytesAsync()
        {
            line.Clear();
            while (true)
            {
                if (await FillAsync() is not { } next)
                    return null;
                line.Add(next);
                if (next == '\n')
                    return [.. line];
            }
        }

        public async Task SecureAsync(X509Certificate2 shown, bool takesNone = false)
        {
            var secure = new SslStream(stream, leaveInnerStreamOpen: false);
            await secure.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = SslStreamCertificateContext.Create(shown, null, offline: true),
                    ClientCertificateRequired = true,
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null || takesNone,
                },
                cancellation);
            stream = secure;
            (at, length) = (0, 0);
        }

        private readonly byte[] buffer = new byte[65_536];
        private int at;
        private int length;

        private async ValueTask<byte?> FillAsync()
        {
            if (at == length)
                (at, length) = (0, await stream.ReadAsync(buffer, cancellation));
            return at == length ? null : buffer[at++];
        }
    }
}
