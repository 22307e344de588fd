using System.Globalization;
using System.Net;
using System.Net.Security;

namespace Gateway.DicomMail.Transport.Smtp;

/// <summary>What of a mail a server answered to.</summary>
internal enum SmtpStep
{
    /// <summary>MAIL.</summary>
    Sender,

    /// <summary>RCPT.</summary>
    Recipient,

    /// <summary>DATA, or the message itself.</summary>
    Content,
}

/// <summary>An encrypted session with a server that is of the network (RFC 5321, RFC 3207), for one mail after the other.</summary>
internal sealed class SmtpSession : IAsyncDisposable
{
    private readonly ServerLine line;
    private readonly SmtpRelaySettings settings;
    private SslStreamCertificateContext? shown;

    private SmtpSession(ServerLine line, SmtpRelaySettings settings) => (this.line, this.settings) = (line, settings);

    /// <summary>The longest message that the server takes, in bytes; null when it says none (RFC 1870 section 4).</summary>
    public long? MaximumBytes { get; private set; }

    /// <summary>Whether the server was shown what one is shown now: a certificate that follows another one is used from the next mail on.</summary>
    public bool IsCurrent => ReferenceEquals(shown, settings.Trust.Offered());

    private bool TakesSize { get; set; }

    /// <summary>Opens one.</summary>
    /// <exception cref="ServerProblem">The server cannot be used.</exception>
    public static async Task<SmtpSession> OpenAsync(MailServer server, SmtpRelaySettings settings, TimeProvider time, CancellationToken cancellation)
    {
        var line = await ServerLine.ConnectAsync(server, server.SmtpPort, settings.ConnectTime, settings.ReplyTime, time, cancellation);
        var session = new SmtpSession(line, settings);
        try
        {
            if (await SmtpReply.ReadAsync(line, cancellation) is { Code: not 220 } greeting)
                throw new ServerProblem($"answers {greeting}");
            if (!(await session.HelloAsync(cancellation)).Any(extension => extension is ["STARTTLS", ..]))
                throw new ServerProblem("offers no STARTTLS: stripped? The server, or something on the way, takes it out");
            if (await session.AskAsync("STARTTLS", cancellation) is { Code: not 220 } refusal)
                throw new ServerProblem($"answers {refusal} to STARTTLS");
            session.shown = settings.Trust.Offered();
            await line.SecureAsync(settings.Trust, cancellation);
            session.Learn(await session.HelloAsync(cancellation));
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a mail.</summary>
    /// <param name="envelope">Its envelope.</param>
    /// <param name="message">It, from here to its end.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>The answer that decided, and what it was about; a positive one means that the server has taken the mail over.</returns>
    /// <exception cref="ServerProblem">The server has not taken it over.</exception>
    /// <exception cref="UnknownEndException">Nobody knows.</exception>
    /// <exception cref="MalformedMessageException">It is none; the session is of no use any more.</exception>
    public async Task<(SmtpStep Step, SmtpReply Reply)> SendAsync(Envelope envelope, Stream message, CancellationToken cancellation)
    {
        var size = TakesSize ? string.Create(CultureInfo.InvariantCulture, $" SIZE={message.Length}") : "";
        if (await AskAsync($"MAIL FROM:<{envelope.Sender}>{size}", cancellation) is { IsPositive: false } sender)
            return (SmtpStep.Sender, sender);
        if (await AskAsync($"RCPT TO:<{envelope.Recipient}>", cancellation) is { IsPositive: false } recipient)
            return (SmtpStep.Recipient, recipient);
        if (await AskAsync("DATA", cancellation) is { Code: not 354 } data)
            return (SmtpStep.Content, data.IsPositive ? throw new ServerProblem($"answers {data} to DATA") : data);
        await MessageLines.WriteAsync(message, line, cancellation);
        try
        {
            await line.WriteAsync(".\r\n"u8.ToArray(), cancellation);
            return (SmtpStep.Content, await SmtpReply.ReadAsync(line, cancellation, settings.TakeOverTime));
        }
        catch (ServerProblem cause)
        {
            throw new UnknownEndException(cause);
        }
    }

    /// <summary>Whether the server is still there, and ready for another mail.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
        try
        {
            return (await AskAsync("RSET", cancellation)).IsPositive;
        }
        catch (ServerProblem)
        {
            return false;
        }
    }

    /// <summary>Says goodbye and does not wait for the answer.</summary>
    public async Task QuitAsync()
    {
        try
        {
            await line.WriteLineAsync("QUIT", CancellationToken.None);
        }
        catch (ServerProblem)
        {
            // It left first.
        }

        await DisposeAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => line.DisposeAsync();

    private async Task<IReadOnlyList<string[]>> HelloAsync(CancellationToken cancellation)
    {
        var reply = await AskAsync($"EHLO {OwnName()}", cancellation);
        return reply.IsPositive
            ? [.. reply.Lines.Skip(1).Select(extension => extension.ToUpperInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries))]
            : throw new ServerProblem($"answers {reply} to EHLO");
    }

    private void Learn(IReadOnlyList<string[]> extensions)
    {
        if (extensions.FirstOrDefault(extension => extension is ["SIZE", ..]) is not { } size)
            return;
        TakesSize = true;
        MaximumBytes = size.Length > 1 && long.TryParse(size[1], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > 0 ? bytes : null;
    }

    private async Task<SmtpReply> AskAsync(string command, CancellationToken cancellation)
    {
        await line.WriteLineAsync(command, cancellation);
        return await SmtpReply.ReadAsync(line, cancellation);
    }

    // A machine's name need not be one of RFC 5321 section 2.3.5: an address literal (section 4.1.3) always is.
    private static string OwnName() => Dns.GetHostName() is var name && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-') ? name : "[127.0.0.1]";
}
