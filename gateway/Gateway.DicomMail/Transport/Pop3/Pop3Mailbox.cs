using System.Security.Cryptography;

namespace Gateway.DicomMail.Transport.Pop3;

/// <summary>
/// An account on a server of the network, by POP3 over TLS. A mail is deleted after it was kept, and what was deleted is gone after the session has ended as it should: after any
/// other end the mail is there again, under the same id. One that cannot be fetched is fetched last at the next poll, and keeps no other mail back.
/// </summary>
/// <param name="settings">The account.</param>
/// <param name="time">The clock.</param>
public sealed class Pop3Mailbox(Pop3MailboxSettings settings, TimeProvider time) : IMailbox
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly HashSet<string> failed = [];
    private Dictionary<string, ReadOnlyMemory<byte>> headers = [];

    /// <inheritdoc/>
    public string Name { get; } = $"{settings.Server.Host}/{settings.Account}";

    /// <inheritdoc/>
    public string? Host => settings.Server.Host;

    /// <inheritdoc/>
    public async Task<int> PollAsync(Func<WaitingMail, CancellationToken, Task> keep, CancellationToken cancellation)
    {
        try
        {
            await using var session = await Pop3Session.OpenAsync(settings, time, cancellation);
            return await PollAsync(session, keep, cancellation);
        }
        catch (ServerProblem problem)
        {
            throw new MailboxException($"{settings.Server.Host} {problem.Message}", problem);
        }
    }

    private async Task<int> PollAsync(Pop3Session session, Func<WaitingMail, CancellationToken, Task> keep, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var kept = 0;
        foreach (var (number, mail, progress) in await WaitingAsync(session, cancellation))
        {
            if (kept > 0 && time.GetElapsedTime(began) >= settings.LongestPoll)
                break;
            try
            {
                await keep(mail, cancellation);
            }
            catch
            {
                failed.Add(mail.Id);
                await LeaveAsync(session, progress);
                throw;
            }

            await session.DeleteAsync(number, cancellation);
            headers.Remove(mail.Id); // the server may give the id to another mail at once
            failed.Remove(mail.Id);
            kept++;
        }

        await session.QuitAsync(cancellation);
        return kept;
    }

    private async Task<IReadOnlyList<(int Number, WaitingMail Mail, Progress Progress)>> WaitingAsync(Pop3Session session, CancellationToken cancellation)
    {
        var ids = await session.IdsAsync(cancellation);
        var shared = ids.Values.GroupBy(id => id).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet();
        var own = ids.Where(entry => !shared.Contains(entry.Value)).ToDictionary();
        var listed = await session.ListAsync(cancellation);
        var unread = listed.Select(entry => entry.Number).Where(number => !own.TryGetValue(number, out var id) || !headers.ContainsKey(id)).ToList();
        var read = unread.Zip(await session.HeadersAsync(unread, cancellation)).ToDictionary();
        var mails = new List<(int Number, WaitingMail Mail, Progress Progress)>();
        foreach (var (number, bytes) in listed)
        {
            ReadOnlyMemory<byte> top = read.TryGetValue(number, out var now) ? now : headers[own[number]];
            var id = own.GetValueOrDefault(number) ?? IdOf(ids.GetValueOrDefault(number), bytes, top);
            var progress = new Progress();
            mails.Add((number, new WaitingMail(Name, id, bytes, (target, cancel) => FetchAsync(session, number, bytes, progress, target, cancel)) { Headers = top }, progress));
        }

        headers = mails.Where(waiting => own.ContainsKey(waiting.Number)).ToDictionary(waiting => waiting.Mail.Id, waiting => waiting.Mail.Headers);
        failed.IntersectWith(mails.Select(waiting => waiting.Mail.Id));
        return [.. mails.OrderBy(waiting => failed.Contains(waiting.Mail.Id)).ThenBy(waiting => settings.Rank(waiting.Mail))];
    }

    private static async Task FetchAsync(Pop3Session session, int number, long bytes, Progress progress, Stream target, CancellationToken cancellation)
    {
        progress.IsUnderWay = true;
        await session.FetchAsync(number, bytes, target, cancellation);
        progress.IsUnderWay = false;
    }

    // In the middle of a mail no command is understood. Otherwise what was kept before is let go.
    private static async Task LeaveAsync(Pop3Session session, Progress progress)
    {
        if (progress.IsUnderWay)
            return;
        using var limit = new CancellationTokenSource(Farewell);
        try
        {
            await session.QuitAsync(limit.Token);
        }
        catch (Exception e) when (e is ServerProblem or OperationCanceledException)
        {
            // What was kept comes again, and is known.
        }
    }

    // UIDL is optional, and servers exist that give one id to two mails: deleting both as one would lose one. Size and header section tell them apart, at each poll alike.
    private static string IdOf(string? shared, long bytes, ReadOnlyMemory<byte> headers) =>
        $"{shared}#{bytes}-{Convert.ToHexStringLower(SHA256.HashData(headers.Span))[..32]}";

    private sealed class Progress
    {
        public bool IsUnderWay { get; set; }
    }
}
