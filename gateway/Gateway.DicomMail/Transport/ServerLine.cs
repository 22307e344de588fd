using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Gateway.DicomMail.Transport;

/// <summary>
/// A connection to a mail server, plain first or encrypted at once: lines out, lines in, and content. Whatever fails on it is a <see cref="ServerProblem"/>, each wait has an end.
/// </summary>
internal sealed class ServerLine : IAsyncDisposable
{
    private const int LongestLine = 2_000; // RFC 5321 section 4.5.3.1.5 has 512, RFC 1939 section 3 too; servers say more
    private const int BufferBytes = 65_536;

    private readonly MailServer server;
    private readonly int port;
    private readonly TimeProvider time;
    private readonly TimeSpan patience;
    private readonly byte[] buffer = new byte[BufferBytes];
    private Stream stream;
    private int start;
    private int end;
    private string? silenceMeans;

    private ServerLine(MailServer server, int port, Stream stream, TimeSpan patience, TimeProvider time) => (this.server, this.port, this.stream, this.patience, this.time) = (server, port, stream, patience, time);

    /// <summary>Connects.</summary>
    /// <param name="server">The server.</param>
    /// <param name="port">Its port.</param>
    /// <param name="connecting">The longest time until there is a connection.</param>
    /// <param name="patience">The longest silence afterwards.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="ServerProblem">No connection came about.</exception>
    public static async Task<ServerLine> ConnectAsync(MailServer server, int port, TimeSpan connecting, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        var socket = server.At is { } at ? new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            await WithinAsync(connecting, time, limit => server.At is { } place ? socket.ConnectAsync(new IPEndPoint(place, port), limit) : socket.ConnectAsync(server.Host, port, limit), cancellation);
            return new(server, port, new NetworkStream(socket, ownsSocket: true), patience, time);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Encrypts from here on; the server must be of the network.</summary>
    /// <exception cref="ServerProblem">It is not, with who it is; or the handshake failed.</exception>
    public async Task SecureAsync(NetworkTrust trust, CancellationToken cancellation)
    {
        if (start != end)
            throw new ServerProblem("sends in the clear what belongs behind the handshake"); // RFC 3207 section 6: it would be taken for the server's own words
        TrustVerdict? verdict = null;
        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        stream = secure;
        try
        {
            await WithinAsync(patience, time, async limit => await secure.AuthenticateAsClientAsync(trust.Handshake(server.Host, port, seen => verdict = seen), limit), cancellation);
        }
        catch (ServerProblem) when (verdict is { IsTrusted: false })
        {
            throw new ServerProblem(verdict.Problem!);
        }

        // In TLS 1.3 a server judges our certificate after the handshake (RFC 8446 section 4.4.2.4).
        silenceMeans = trust.HasCertificate
            ? "closed the connection after the handshake: it does not take this site's certificate"
            : "closed the connection after the handshake: it wants a certificate, and this site has none to show";
    }

    /// <summary>Reads a line, without its end.</summary>
    public async Task<string> ReadLineAsync(CancellationToken cancellation, TimeSpan? longest = null)
    {
        var scanned = 0;
        while (true)
        {
            var at = buffer.AsSpan(start + scanned, end - start - scanned).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var line = Encoding.Latin1.GetString(buffer, start, scanned + at).TrimEnd('\r');
                start += scanned + at + 1;
                return line;
            }

            scanned = end - start;
            if (scanned > LongestLine)
                throw new ServerProblem("sends a line without an end");
            await FillAsync(longest ?? patience, cancellation);
        }
    }

    /// <summary>Writes a line.</summary>
    public Task WriteLineAsync(string line, CancellationToken cancellation) => WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancellation);

    /// <summary>Writes bytes.</summary>
    public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => WithinAsync(patience, time, limit => stream.WriteAsync(bytes, limit), cancellation);

    /// <summary>Reads content up to the line that holds a dot alone, and takes away the dots that protect others (RFC 1939 section 3).</summary>
    /// <param name="target">Where it goes.</param>
    /// <param name="most">How many bytes it may have.</param>
    /// <param name="cancellation">Cancels.</param>
    public async Task CopyContentAsync(Stream target, long most, CancellationToken cancellation)
    {
        var lineStarts = true;
        var last = (byte)0;
        for (var copied = 0L; ;)
        {
            if (lineStarts)
            {
                while (end - start < 3 && (end == start || buffer[start] == '.'))
                    await FillAsync(patience, cancellation);
                if (buffer[start] == '.')
                {
                    if (buffer[start + 1] == '\r' && buffer[start + 2] == '\n')
                    {
                        start += 3;
                        return;
                    }

                    start++;
                }
            }
            else if (start == end)
            {
                await FillAsync(patience, cancellation);
            }

            var at = buffer.AsSpan(start, end - start).IndexOf("\r\n."u8);
            var length = last == '\r' && buffer[start] == '\n' ? 1 : at < 0 ? end - start : at + 2; // a line's end may be in two pieces
            copied += length;
            if (copied > most)
                throw new ServerProblem($"sends more than {most.ToString(CultureInfo.InvariantCulture)} bytes for a mail that it called smaller");
            await target.WriteAsync(buffer.AsMemory(start, length), cancellation);
            lineStarts = buffer[start + length - 1] == '\n' && (length > 1 ? buffer[start + length - 2] : last) == '\r';
            last = buffer[start + length - 1];
            start += length;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async Task FillAsync(TimeSpan longest, CancellationToken cancellation)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        var read = 0;
        try
        {
            await WithinAsync(longest, time, async limit => read = await stream.ReadAsync(buffer.AsMemory(end), limit), cancellation);
        }
        catch (ServerProblem lost) when (silenceMeans is not null && lost.InnerException is IOException)
        {
            throw new ServerProblem(silenceMeans, lost);
        }

        if (read == 0)
            throw new ServerProblem(silenceMeans ?? "closed the connection");
        silenceMeans = null;
        end += read;
    }

    private static async Task WithinAsync(TimeSpan longest, TimeProvider time, Func<CancellationToken, ValueTask> act, CancellationToken cancellation)
    {
        using var clock = new CancellationTokenSource(longest, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellation);
        try
        {
            await act(limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new ServerProblem(string.Create(CultureInfo.InvariantCulture, $"gave no answer within {longest.TotalSeconds} s"), e);
        }
        catch (SocketException e)
        {
            throw new ServerProblem($"cannot be reached: {FirstLine(e)}", e);
        }
        catch (AuthenticationException e)
        {
            throw new ServerProblem($"does not agree on TLS 1.2 or 1.3: {FirstLine(e)}", e);
        }
        catch (IOException e)
        {
            throw new ServerProblem($"broke the connection: {FirstLine(e)}", e);
        }
    }

    private static string FirstLine(Exception failure) => (failure.InnerException ?? failure).Message.Split('\n', 2)[0].TrimEnd();
}
