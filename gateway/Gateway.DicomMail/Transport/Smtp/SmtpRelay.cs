namespace Gateway.DicomMail.Transport.Smtp;

/// <summary>
/// Mail to the network by SMTP with STARTTLS and a client certificate, over whichever of its servers takes it. A mail is accepted when a server said so, and only then. It goes to
/// the next server where one did certainly not take it; where that is unknown it does not, and whoever tries again later may send it twice, which its receiver notices.
/// A message is sent from its file as it is, and never held in memory.
/// </summary>
public sealed class SmtpRelay : IMailRelay, IAsyncDisposable
{
    private const string Ourselves = "this gateway";

    private readonly SmtpRelaySettings settings;
    private readonly TimeProvider time;
    private readonly ServerRing ring;
    private readonly IdleSessions idle;
    private readonly SemaphoreSlim connections;

    /// <summary>A relay that has no connection yet.</summary>
    /// <param name="settings">How mail goes out.</param>
    /// <param name="time">The clock.</param>
    public SmtpRelay(SmtpRelaySettings settings, TimeProvider time)
    {
        (this.settings, this.time) = (settings, time);
        ring = new(settings, time);
        idle = new(settings.IdleTime, time);
        connections = new(settings.Connections, settings.Connections);
    }

    /// <summary>How each server did, in the order of the settings.</summary>
    public IReadOnlyList<ServerState> Servers => ring.States;

    /// <inheritdoc/>
    public async Task<RelayAnswer> SendAsync(Envelope envelope, string path, CancellationToken cancellation)
    {
        foreach (var address in new[] { envelope.Sender, envelope.Recipient }.OfType<string>())
        {
            if (!EnvelopeAddress.IsOne(address))
                return new RelayAnswer.Refused(Ourselves, "an address of the envelope is none that SMTP can carry");
        }

        await connections.WaitAsync(cancellation);
        try
        {
            await using var message = new FileStream(path, new FileStreamOptions { Options = FileOptions.SequentialScan, BufferSize = 0 });
            return await SendAsync(envelope, message, cancellation);
        }
        finally
        {
            connections.Release();
        }
    }

    /// <summary>Says goodbye to the servers.</summary>
    public async ValueTask DisposeAsync()
    {
        await idle.DisposeAsync();
        connections.Dispose();
    }

    private async Task<RelayAnswer> SendAsync(Envelope envelope, FileStream message, CancellationToken cancellation)
    {
        var (asked, resting) = ring.Order();
        var refusals = new List<string>();
        var limits = new List<long>();
        var rejections = 0;
        foreach (var server in asked)
        {
            switch (await TryAsync(server, envelope, message, cancellation))
            {
                case Attempt.Ended(var answer):
                    return answer;
                case Attempt.Small(var bytes):
                    limits.Add(bytes);
                    refusals.Add($"{server.Host} takes at most {bytes} bytes");
                    break;
                case Attempt.NotTaken(var why, var isForGood):
                    rejections += isForGood ? 1 : 0;
                    refusals.Add($"{server.Host} {why}");
                    break;
            }
        }

        // What only some have said may be otherwise at those that are away.
        if (limits.Count == settings.Servers.Count)
            return new RelayAnswer.TooLarge(limits.Max());
        if (rejections == settings.Servers.Count)
            return new RelayAnswer.Refused(asked[^1].Host, string.Join("; ", refusals));
        refusals.AddRange(resting.Select(state => $"{state.Host} rests until {state.RestsUntil:HH:mm:ss} UTC, it {state.Problem}"));
        return new RelayAnswer.Deferred(string.Join("; ", refusals));
    }

    private async Task<Attempt> TryAsync(MailServer server, Envelope envelope, FileStream message, CancellationToken cancellation)
    {
        SmtpSession? session = null;
        var isUsable = false;
        try
        {
            session = await idle.TakeAsync(server, cancellation) ?? await SmtpSession.OpenAsync(server, settings, time, cancellation);
            if (session.MaximumBytes < message.Length)
            {
                isUsable = true;
                return new Attempt.Small(session.MaximumBytes.Value);
            }

            message.Position = 0;
            var (step, reply) = await session.SendAsync(envelope, message, cancellation);
            isUsable = !reply.IsFarewell;
            return Judge(server, step, reply, message.Length);
        }
        catch (ServerProblem problem)
        {
            ring.Fails(server, problem.Message);
            return new Attempt.NotTaken(problem.Message, IsForGood: false);
        }
        catch (UnknownEndException unknown)
        {
            ring.Fails(server, unknown.Message);
            return new Attempt.Ended(new RelayAnswer.Deferred($"{server.Host} {unknown.Message} after the whole mail was sent: whether it was taken over is unknown"));
        }
        catch (MalformedMessageException malformed)
        {
            return new Attempt.Ended(new RelayAnswer.Refused(Ourselves, $"the file is no message: {malformed.Message}"));
        }
        finally
        {
            if (isUsable)
                idle.Keep(server, session!);
            else if (session is not null)
                await session.DisposeAsync();
        }
    }

    // RFC 5321 section 4.2.1: 4yz is tried again, 55z is not.
    private Attempt Judge(MailServer server, SmtpStep step, SmtpReply reply, long bytes)
    {
        if (reply.IsTransient)
        {
            // What one recipient has to wait for says nothing about the server.
            if (step != SmtpStep.Recipient || reply.IsFarewell)
                ring.Fails(server, $"answers {reply}");
            return new Attempt.NotTaken($"answers {reply}", IsForGood: false);
        }

        if (IsAboutUs(step, reply))
        {
            if (step == SmtpStep.Sender)
                ring.Fails(server, $"answers {reply}");
            return new Attempt.NotTaken($"answers {reply}", IsForGood: true);
        }

        if (IsAboutSize(step, reply))
            return new Attempt.Small(bytes / 2); // it named a larger limit, or none: half of this is worth a try
        if (!reply.IsPositive && !reply.IsFinal)
            throw new ServerProblem($"answers {reply}");
        ring.Works(server);
        return new Attempt.Ended(reply.IsPositive ? new RelayAnswer.Accepted(server.Host, reply.ToString()) : new RelayAnswer.Refused(server.Host, reply.ToString()));
    }

    // A server that does not know this site, or its certificate, yet or any more (X.7 of RFC 3463; 554 where it says nothing closer): another may.
    private static bool IsAboutUs(SmtpStep step, SmtpReply reply) =>
        step is SmtpStep.Sender or SmtpStep.Recipient && reply.IsFinal && (reply.Status is { } status ? status.StartsWith("5.7.", StringComparison.Ordinal) : reply.Code == 554);

    // RFC 1870 section 6; 552 is a full mailbox too (X.2.2 of RFC 3463).
    private static bool IsAboutSize(SmtpStep step, SmtpReply reply) => reply.Status == "5.3.4" || (reply.Code == 552 && reply.Status is null && step != SmtpStep.Recipient);

    private abstract record Attempt
    {
        public sealed record Ended(RelayAnswer Answer) : Attempt;

        public sealed record Small(long Bytes) : Attempt;

        public sealed record NotTaken(string Why, bool IsForGood) : Attempt;
    }
}
