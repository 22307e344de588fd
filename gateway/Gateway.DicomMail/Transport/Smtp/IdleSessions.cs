namespace Gateway.DicomMail.Transport.Smtp;

/// <summary>Connections that wait for the next mail, each for a while.</summary>
internal sealed class IdleSessions : IAsyncDisposable
{
    private readonly Lock access = new();
    private readonly List<(MailServer Server, SmtpSession Session, long Since)> waiting = [];
    private readonly TimeSpan longest;
    private readonly TimeProvider time;
    private readonly ITimer timer;

    public IdleSessions(TimeSpan longest, TimeProvider time)
    {
        (this.longest, this.time) = (longest, time);
        timer = time.CreateTimer(_ => _ = CloseAsync(all: false), null, longest, longest);
    }

    /// <summary>One to this server that still answers, the one that was used last; null when there is none.</summary>
    public async Task<SmtpSession?> TakeAsync(MailServer server, CancellationToken cancellation)
    {
        while (Last(server) is { } session)
        {
            var isReady = false;
            try
            {
                isReady = await session.IsReadyAsync(cancellation);
            }
            finally
            {
                if (!isReady)
                    await session.DisposeAsync();
            }

            if (isReady)
                return session;
        }

        return null;
    }

    public void Keep(MailServer server, SmtpSession session)
    {
        lock (access)
            waiting.Add((server, session, time.GetTimestamp()));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await timer.DisposeAsync();
        await CloseAsync(all: true);
    }

    private SmtpSession? Last(MailServer server)
    {
        lock (access)
        {
            var at = waiting.FindLastIndex(idle => idle.Server == server && time.GetElapsedTime(idle.Since) < longest && idle.Session.IsCurrent);
            if (at < 0)
                return null;
            var session = waiting[at].Session;
            waiting.RemoveAt(at);
            return session;
        }
    }

    private async Task CloseAsync(bool all)
    {
        List<SmtpSession> leaving;
        lock (access)
        {
            leaving = [.. waiting.Where(idle => all || time.GetElapsedTime(idle.Since) >= longest).Select(idle => idle.Session)];
            waiting.RemoveAll(idle => leaving.Contains(idle.Session));
        }

        foreach (var session in leaving)
            await session.QuitAsync();
    }
}
