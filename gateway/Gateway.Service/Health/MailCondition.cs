using Gateway.DicomMail.Partners;
using Gateway.DicomMail.Transport;
using Gateway.DicomMail.Transport.Smtp;
using Gateway.Service.Certifying;
using Gateway.Service.Configuration;
using Gateway.Service.Fetching;
using Gateway.Service.Ledgers;
using Gateway.Service.Partnering;
using Gateway.Service.Routing;
using Gateway.Service.Sending;

namespace Gateway.Service.Health;

/// <summary>Looks at everything about mail that <see cref="MailHealth"/> tells.</summary>
/// <param name="mail">The settings of mail.</param>
/// <param name="targets">The partners among the targets.</param>
/// <param name="relay">The way out.</param>
/// <param name="mailboxes">How asking mailboxes went.</param>
/// <param name="trust">What the servers showed; null where mail goes by a folder.</param>
/// <param name="own">This site's certificate; null where it needs none.</param>
/// <param name="correspondence">Keys and partners.</param>
/// <param name="folders">Where mail lies.</param>
/// <param name="ledger">What happened.</param>
/// <param name="time">The clock.</param>
internal sealed class MailCondition(
    MailSettings mail, Targets targets, IMailRelay relay, MailboxStates mailboxes, NetworkTrust? trust, OwnCertificate? own, Correspondence correspondence, MailFolders folders, Ledger ledger, TimeProvider time)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(30);
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    /// <summary>How it stands now.</summary>
    public MailHealth Now()
    {
        var (now, current) = (time.GetUtcNow(), correspondence.Now);
        var forecast = own?.Forecast;
        var (unconfirmed, proofs) = ledger.AskMail(book => (Unconfirmed(book, now), book.Proofs.ToDictionary()));
        return new MailHealth(
            Servers(),
            forecast is null ? null : new CertificateHealth(forecast.HasAny, forecast.IsValid, forecast.Until),
            current.Ring.Own.Count == 0 ? now : KeyForecast.OfOurs(current, now),
            Waiting(folders.Inbox),
            Waiting(folders.Refused).Count,
            unconfirmed,
            [.. targets.Partners.Select(target => Of(target.Id, current, proofs, now))]);
    }

    private static PartnerHealth Of(string id, Correspondents current, Dictionary<string, DateTimeOffset> proofs, DateTimeOffset now)
    {
        var partner = current.Directory.Partners.FirstOrDefault(one => one.Id == id);
        return new PartnerHealth(
            id, proofs.TryGetValue(id, out var at) ? at : null, partner is null || partner.Receipts == ReceiptKind.Signed, partner is null ? now : KeyForecast.Of(partner, current, now));
    }

    // From a partner that never confirms nothing is missing; where an emergency went to it somebody calls, that day.
    private static bool IsWorthACall(SentMessage message, DateTimeOffset now) => message is { State: MailState.SentUnconfirmed, Priority: Priority.Emergency } && now - message.At < OneDay;

    private static List<UnconfirmedHealth> Unconfirmed(MailBook book, DateTimeOffset now) =>
    [
        .. book.Sent.Where(message => message.State is MailState.Overdue or MailState.Bounced && now - message.At < Remembered || IsWorthACall(message, now)).Where(message => !book.IsCheck(message.Study))
            .GroupBy(message => message.Priority)
            .Select(group => new UnconfirmedHealth(group.Key.ToString().ToLowerInvariant(), group.Count(), group.Min(message => message.At))),
    ];

    private static WaitingHealth Waiting(string folder)
    {
        try
        {
            var files = new DirectoryInfo(folder).GetFiles();
            return new WaitingHealth(files.Length, files.Select(file => (DateTimeOffset?)file.LastWriteTimeUtc).Min());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new WaitingHealth(0, null); // the volume is gone, which is told elsewhere
        }
    }

    private List<MailServerHealth> Servers()
    {
        if (trust is null)
            return [];
        var sending = (relay as SmtpRelay)?.Servers ?? [];
        var (fetching, shown) = (mailboxes.All, trust.Seen);
        return [.. mail.Servers.Select(server =>
        {
            var box = fetching.FirstOrDefault(state => state.Host == server.Host);
            var certificates = shown.Where(one => one.Host.Equals(server.Host, StringComparison.OrdinalIgnoreCase)).ToList();
            return new MailServerHealth(
                server.Host, sending.FirstOrDefault(state => state.Host == server.Host)?.Problem, box?.Problem, box?.ReachedAt,
                certificates.Select(one => (DateTimeOffset?)one.Until).Min(), certificates.Any(one => !one.Verdict.IsTrusted));
        })];
    }
}
