using System.Globalization;
using System.Text;

namespace Gateway.DicomMail.Transport.Pop3;

/// <summary>An encrypted session with a mailbox (RFC 1939), from the login to QUIT.</summary>
internal sealed class Pop3Session : IAsyncDisposable
{
    private const int MostListed = 100_000;
    private const int MostHeaderBytes = 262_144;
    private const int LongestHeaderBytes = 100_000_000; // somebody's odd mail must not keep those behind it back
    private const int MostAtOnce = 50;

    private readonly ServerLine line;
    private readonly Pop3MailboxSettings settings;
    private readonly TimeProvider time;
    private bool takesSeveral;

    private Pop3Session(ServerLine line, Pop3MailboxSettings settings, TimeProvider time) => (this.line, this.settings, this.time) = (line, settings, time);

    /// <summary>Opens one.</summary>
    /// <exception cref="ServerProblem">The server cannot be used, or lets this site not in.</exception>
    public static async Task<Pop3Session> OpenAsync(Pop3MailboxSettings settings, TimeProvider time, CancellationToken cancellation)
    {
        var line = await ServerLine.ConnectAsync(settings.Server, settings.Server.Pop3sPort, settings.ConnectTime, settings.ReplyTime, time, cancellation);
        var session = new Pop3Session(line, settings, time);
        try
        {
            await line.SecureAsync(settings.Trust, cancellation);
            Must("the greeting", await session.ReplyAsync(cancellation));
            await session.LogInAsync(cancellation);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>The mails' numbers and lengths (LIST).</summary>
    public async Task<IReadOnlyList<(int Number, long Bytes)>> ListAsync(CancellationToken cancellation)
    {
        Must("LIST", await AskAsync("LIST", cancellation));
        var mails = new List<(int, long)>();
        foreach (var text in await LinesAsync(cancellation))
        {
            if (text.Split(' ') is not [var number, var bytes, ..] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) || !long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var b))
                throw new ServerProblem("lists its mails in another form than that of RFC 1939");
            mails.Add((n, b));
        }

        return mails;
    }

    /// <summary>The mails' ids by number (UIDL); none where the server has none.</summary>
    public async Task<IReadOnlyDictionary<int, string>> IdsAsync(CancellationToken cancellation)
    {
        var ids = new Dictionary<int, string>();
        if (!IsOk(await AskAsync("UIDL", cancellation)))
            return ids;
        foreach (var text in await LinesAsync(cancellation))
        {
            if (text.Split(' ', 2) is [var number, { Length: > 0 and <= 70 } id] && id.All(c => c is > ' ' and <= '~') && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n))
                ids[n] = id;
        }

        return ids;
    }

    /// <summary>The beginning of mails' header sections (TOP), in their order; empty where the server does not show it. Many are asked for at once where the server allows that (RFC 2449 section 6.6).</summary>
    public async Task<IReadOnlyList<byte[]>> HeadersAsync(IReadOnlyList<int> numbers, CancellationToken cancellation)
    {
        var all = new List<byte[]>();
        foreach (var batch in numbers.Chunk(takesSeveral ? MostAtOnce : 1))
        {
            await line.WriteLineAsync(string.Join("\r\n", batch.Select(number => string.Create(CultureInfo.InvariantCulture, $"TOP {number} 0"))), cancellation);
            foreach (var _ in batch)
            {
                using var headers = new BeginningStream(MostHeaderBytes);
                if (IsOk(await ReplyAsync(cancellation)))
                    await line.CopyContentAsync(headers, LongestHeaderBytes, cancellation);
                all.Add(headers.Beginning);
            }
        }

        return all;
    }

    /// <summary>Fetches a mail (RETR).</summary>
    /// <param name="number">Its number.</param>
    /// <param name="bytes">Its length, as the server says; one that counts a line's end as one byte says up to half of it.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="cancellation">Cancels.</param>
    public async Task FetchAsync(int number, long bytes, Stream target, CancellationToken cancellation)
    {
        Must("RETR", await AskAsync(string.Create(CultureInfo.InvariantCulture, $"RETR {number}"), cancellation));
        var longest = TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds((double)bytes / settings.SlowestBytesPerSecond);
        using var clock = new CancellationTokenSource(longest, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellation);
        try
        {
            await line.CopyContentAsync(target, (2 * bytes) + 65_536, limit.Token);
        }
        catch (OperationCanceledException e) when (clock.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new ServerProblem(string.Create(CultureInfo.InvariantCulture, $"sends a mail of {bytes} bytes for longer than {longest.TotalSeconds:0} s"), e);
        }
    }

    /// <summary>Marks a mail as deleted (DELE): it is, after <see cref="QuitAsync"/>.</summary>
    public async Task DeleteAsync(int number, CancellationToken cancellation) => Must("DELE", await AskAsync(string.Create(CultureInfo.InvariantCulture, $"DELE {number}"), cancellation));

    /// <summary>Ends the session, and has the server delete what was marked (RFC 1939 section 6).</summary>
    public async Task QuitAsync(CancellationToken cancellation) => Must("QUIT", await AskAsync("QUIT", cancellation));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => line.DisposeAsync();

    // SASL EXTERNAL: RFC 5034 section 4, RFC 4422 annex A.
    private async Task LogInAsync(CancellationToken cancellation)
    {
        string[][] capabilities = IsOk(await AskAsync("CAPA", cancellation)) ? [.. (await LinesAsync(cancellation)).Select(capability => capability.ToUpperInvariant().Split(' '))] : [];
        var offersExternal = capabilities.Any(capability => capability is ["SASL", .. var mechanisms] && mechanisms.Contains("EXTERNAL"));
        takesSeveral = capabilities.Any(capability => capability is ["PIPELINING", ..]);
        if (offersExternal && settings.Trust.HasCertificate)
        {
            Must("the certificate", await AskAsync($"AUTH EXTERNAL {Convert.ToBase64String(Encoding.UTF8.GetBytes(settings.Account))}", cancellation));
        }
        else if (settings.Password is { } password)
        {
            if (!EnvelopeAddress.IsOne(settings.Account) || password.Any(char.IsControl))
                throw new ServerProblem("cannot be told an account or a password with such characters");
            Must("the account", await AskAsync($"USER {settings.Account}", cancellation));
            Must("the password", await AskAsync($"PASS {password}", cancellation));
        }
        else
        {
            throw new ServerProblem(offersExternal
                ? "lets a certificate log in (SASL EXTERNAL), and this site has none; nor is there a password"
                : "does not let a certificate log in (it offers no SASL EXTERNAL), and there is no password");
        }
    }

    private async Task<string> AskAsync(string command, CancellationToken cancellation)
    {
        await line.WriteLineAsync(command, cancellation);
        return await ReplyAsync(cancellation);
    }

    // "+" alone asks for more of a login that we have nothing more for.
    private async Task<string> ReplyAsync(CancellationToken cancellation)
    {
        var text = await line.ReadLineAsync(cancellation);
        return IsOk(text) || text.StartsWith("-ERR", StringComparison.OrdinalIgnoreCase) || text.StartsWith("+ ", StringComparison.Ordinal) ? text : throw new ServerProblem("does not speak POP3");
    }

    private async Task<IReadOnlyList<string>> LinesAsync(CancellationToken cancellation)
    {
        var lines = new List<string>();
        while (await line.ReadLineAsync(cancellation) is var text && text != ".")
        {
            if (lines.Count == MostListed)
                throw new ServerProblem("sends a list without an end");
            lines.Add(text.StartsWith('.') ? text[1..] : text);
        }

        return lines;
    }

    private static bool IsOk(string reply) => reply.StartsWith("+OK", StringComparison.OrdinalIgnoreCase);

    private static void Must(string what, string reply)
    {
        if (!IsOk(reply))
            throw new ServerProblem($"refuses {what}: {new string([.. reply.Take(200).Select(c => char.IsControl(c) || !char.IsAscii(c) ? '?' : c)])}");
    }
}
