using System.Globalization;
using Gateway.Provisioning.Manifest.Sections;

namespace Gateway.Provisioning.Checking;

/// <summary>
/// The checks of the running gateway. Which there are follows from the manifest, so that none vanishes from monitoring when the gateway is silent. What a server or a peer said is in
/// none of them: it may name a person, and the gateway's log has it (MON-3).
/// </summary>
/// <param name="site">What is watched.</param>
/// <param name="now">The time, UTC.</param>
public sealed class GatewayChecks(WatchedSite site, DateTimeOffset now)
{
    /// <summary>The text of each check of which a silent gateway leaves nothing to say.</summary>
    public const string NothingSaid = "The gateway says nothing about it: see DICOM-Mail service.";

    private const string Emergency = "emergency";
    private const string Log = "The gateway's log says why.";

    private readonly Thresholds limits = site.Limits;

    /// <summary>Each of them.</summary>
    /// <param name="figures">What the gateway says; null where it says nothing.</param>
    public IReadOnlyList<Check> Of(GatewayFigures? figures) =>
    [
        Service(figures),
        Queue("DICOM-Mail emergencies", figures, priority => priority == Emergency, limits.EmergencyMinutes),
        Queue("DICOM-Mail queue", figures, priority => priority != Emergency, limits.QueueMinutes),
        DeadLetters(figures),
        Database(figures),
        Volume("images", figures),
        Volume("data", figures),
        .. site.HasMail ? Mail(figures?.Mail) : [],
    ];

    private IEnumerable<Check> Mail(MailFigures? mail) =>
    [
        Inbox(mail),
        Unconfirmed(mail),
        .. site.Partners.Select(partner => Partner(partner, mail)),
        Keys(mail),
        Certificate(mail),
        Servers(mail),
        .. site.MailServers.Select(server => Server(server, mail)),
    ];

    private Check Service(GatewayFigures? figures)
    {
        const string name = "DICOM-Mail service";
        if (figures is null)
            return new(name, CheckState.Critical, $"Nobody answers on 127.0.0.1:{site.HealthPort}: no image is received or sent. Start the service {site.Service}.");
        var uptime = new CheckMetric("uptime_seconds", Math.Max(0, (now - figures.StartedAt).TotalSeconds));
        return figures.Sending.IsPaused ? new(name, CheckState.Critical, "Sending is paused: the machine was set back or copied. 'gwctl gateway reconcile' goes on when a person has looked.", uptime)
            : figures.PartnersProblem is not null ? new(name, CheckState.Critical, $"Keys or the partner directory cannot be used. {Log}", uptime)
            : figures.Status != "healthy" ? new(name, CheckState.Critical, $"The gateway is degraded. {Log}", uptime)
            : new(name, CheckState.Ok, $"Version {figures.Version} receives and sends since {figures.StartedAt:yyyy-MM-dd HH:mm} UTC.", uptime);
    }

    private Check Queue(string name, GatewayFigures? figures, Func<string, bool> isOfIt, Limit limit)
    {
        if (figures is null)
            return Silent(name);
        var waiting = figures.Queue.Where(one => isOfIt(one.Priority)).ToList();
        var minutes = waiting.Count == 0 ? 0 : Age(waiting.Min(one => one.Oldest)).TotalMinutes;
        var instances = waiting.Sum(one => one.Instances);
        return new(
            name, Check.Above(minutes, limit), instances == 0 ? "Nothing waits." : $"{instances} images wait, the oldest for {Minutes(minutes)}.",
            new CheckMetric("images", instances), new CheckMetric("oldest_minutes", minutes, limit));
    }

    private Check Inbox(MailFigures? mail)
    {
        const string name = "DICOM-Mail inbox";
        if (mail is null)
            return Silent(name);
        var minutes = mail.Inbox.Oldest is { } oldest ? Age(oldest).TotalMinutes : 0;
        var state = Check.Worst(Check.Above(minutes, limits.InboxMinutes), mail.SetAside > 0 ? CheckState.Warning : CheckState.Ok);
        return new(
            name, state, $"{mail.Inbox.Count} mails wait to be opened{(mail.Inbox.Count == 0 ? "" : $", the oldest for {Minutes(minutes)}")}; {mail.SetAside} mails and documents lie aside{(mail.SetAside == 0 ? "" : ": a person must look")}.",
            new CheckMetric("mails", mail.Inbox.Count), new CheckMetric("oldest_minutes", minutes, limits.InboxMinutes), new CheckMetric("set_aside", mail.SetAside));
    }

    private Check DeadLetters(GatewayFigures? figures)
    {
        const string name = "DICOM-Mail dead letters";
        if (figures is null)
            return Silent(name);
        var all = figures.DeadLetters.Sum(one => one.Instances);
        var urgent = figures.DeadLetters.Where(one => one.Priority == Emergency).Sum(one => one.Instances);
        return new(
            name, urgent > 0 ? CheckState.Critical : Check.Above(all, limits.DeadLetters), all == 0 ? "None." : $"{all} images will not be sent again by themselves, {urgent} of emergencies. 'gwctl gateway dead-letters' says which and why.",
            new CheckMetric("images", all, limits.DeadLetters), new CheckMetric("of_emergencies", urgent));
    }

    private Check Unconfirmed(MailFigures? mail)
    {
        const string name = "DICOM-Mail unconfirmed";
        if (mail is null)
            return Silent(name);
        var all = mail.Unconfirmed.Sum(one => one.Messages);
        var urgent = mail.Unconfirmed.Where(one => one.Priority == Emergency).Sum(one => one.Messages);
        return new(
            name, urgent > 0 ? CheckState.Critical : Check.Above(all, limits.Unconfirmed), all == 0 ? "None." : $"Of {all} messages it is not known whether they arrived, {urgent} of emergencies: call the partner. 'gwctl gateway trace' says more.",
            new CheckMetric("messages", all, limits.Unconfirmed), new CheckMetric("of_emergencies", urgent));
    }

    private Check Partner(string id, MailFigures? mail)
    {
        var name = $"DICOM-Mail partner {id}";
        if (mail?.Partners.FirstOrDefault(partner => partner.Partner == id) is not { } found)
            return Silent(name);
        if (found.KeyUntil <= now)
            return new(name, CheckState.Critical, "There is no key of this partner that can be written to: nothing goes there. 'gwctl keys import' and 'gwctl keys accept' take one.");
        if (!found.Confirms)
            return new(name, CheckState.Ok, "This partner never confirms: whether images arrive there is not known.");
        if (found.ProvedAt is not { } at)
            return new(name, CheckState.Warning, "This partner has not yet signed that an image arrived. 'gwctl gateway test-partner' sends one.");
        var hours = Age(at).TotalHours;
        return new(
            name, Check.Above(hours, limits.ProofHours), $"Last signed that images arrived {at:yyyy-MM-dd HH:mm} UTC.", new CheckMetric("proof_age_hours", hours, limits.ProofHours));
    }

    private Check Keys(MailFigures? mail)
    {
        const string name = "DICOM-Mail keys";
        if (mail is null)
            return Silent(name);
        var ends = mail.Partners.Select(partner => (Whose: $"partner {partner.Partner}", Until: partner.KeyUntil)).Prepend((Whose: "this gateway", Until: mail.OwnKeyUntil))
            .Where(one => one.Until is not null).OrderBy(one => one.Until).ToList();
        if (ends is not [var (whose, until), ..])
            return new(name, CheckState.Ok, "No key ends.");
        var days = Days(until!.Value);
        return new(name, Check.Below(days, limits.KeyDays), $"The first to end is that of {whose}: {until:yyyy-MM-dd}.{(days < limits.KeyDays.Warn ? " 'gwctl keys rotate' makes the next of ours, and 'gwctl keys import' takes a partner's." : "")}", new CheckMetric("days", days));
    }

    private Check Certificate(MailFigures? mail)
    {
        const string name = "DICOM-Mail certificate";
        if (mail is null)
            return Silent(name);
        if (mail.Certificate is not { } certificate)
            return new(name, CheckState.Ok, "Mail goes by a folder: no certificate is needed.");
        if (!certificate.IsValid)
            return new(name, CheckState.Critical, $"{(certificate.HasAny ? "No certificate of this site counts now" : "This site has no certificate whose key can be used")}: the mail servers let it not in. 'gwctl cert show' says what is there.");
        var days = Days(certificate.Until);
        return new(name, Check.Below(days, limits.CertificateDays), $"The network knows this site until {certificate.Until:yyyy-MM-dd}.{(days < limits.CertificateDays.Warn ? " 'gwctl cert renew' asks for the next." : "")}", new CheckMetric("days", days));
    }

    // One server that is away is no loss: there are others.
    private static Check Servers(MailFigures? mail)
    {
        const string name = "DICOM-Mail servers";
        if (mail is null)
            return Silent(name);
        if (mail.Servers.Count == 0)
            return new(name, CheckState.Ok, "Mail goes by a folder.");
        var (send, fetch) = (mail.Servers.Count(server => server.SendingProblem is null), mail.Servers.Count(server => server.FetchingProblem is null));
        var all = mail.Servers.Count;
        var state = send == 0 || fetch == 0 || mail.Servers.Any(server => server.IsDistrusted) ? CheckState.Critical : send < all || fetch < all ? CheckState.Warning : CheckState.Ok;
        return new(name, state, $"{send} of {all} take mail, of {fetch} the mailbox can be asked.{(state == CheckState.Ok ? "" : $" {Log}")}", new CheckMetric("sending", send), new CheckMetric("fetching", fetch));
    }

    private Check Server(string host, MailFigures? mail)
    {
        var name = $"DICOM-Mail server {host}";
        if (mail is null)
            return Silent(name);
        if (mail.Servers.FirstOrDefault(server => server.Host.Equals(host, StringComparison.OrdinalIgnoreCase)) is not { } server)
            return new(name, CheckState.Ok, "Not used: mail goes by a folder.");
        if (server.CertificateUntil < now)
            return new(name, CheckState.Critical, $"Its certificate has ended on {server.CertificateUntil:yyyy-MM-dd}: its operator must renew it.");
        if (server.IsDistrusted)
            return new(name, CheckState.Critical, "It shows a certificate that is not of the network: as a rule something on the way opens TLS (NET-4). The gateway's log names whose it is; an exception for this gateway is needed there.");
        if (server.SendingProblem is not null || server.FetchingProblem is not null)
            return new(name, CheckState.Warning, $"{(server.SendingProblem is null ? "" : "Mail cannot be sent over it. ")}{(server.FetchingProblem is null ? "" : "Its mailbox cannot be asked. ")}{Log}");
        if (server.CertificateUntil is not { } until)
            return new(name, CheckState.Ok, "Not connected to since the start.");
        var days = Days(until);
        return new(name, Check.Below(days, limits.CertificateDays) == CheckState.Ok ? CheckState.Ok : CheckState.Warning, $"Reached; its certificate ends {until:yyyy-MM-dd}, which is for its operator to renew.", new CheckMetric("days", days));
    }

    private Check Database(GatewayFigures? figures)
    {
        const string name = "DICOM-Mail database";
        if (figures is null)
            return Silent(name);
        var behind = figures.Database.LinesBehind;
        var lines = new CheckMetric("lines_behind", behind, limits.DatabaseLines);
        return figures.Database.IsThere
            ? new(name, Check.Above(behind, limits.DatabaseLines), behind == 0 ? "It is there and knows everything." : $"It is there and {behind} lines behind the ledger.", lines)
            : new(name, Check.Worst(CheckState.Warning, Check.Above(behind, limits.DatabaseLines)), $"It cannot be reached; images are received and sent all the same. Start the service {site.DatabaseService}.", lines);
    }

    private Check Volume(string volume, GatewayFigures? figures)
    {
        var name = $"DICOM-Mail disk of {volume}";
        if (figures?.Volumes.FirstOrDefault(one => one.Name == volume) is not { } found)
            return Silent(name);
        if (found.TotalBytes == 0)
            return new(name, CheckState.Critical, "The drive is gone.");
        var percent = 100.0 * found.FreeBytes / found.TotalBytes;
        var state = Check.Worst(Check.Below(percent, limits.FreePercent), found.DaysUntilFull is { } left ? Check.Below(left, limits.DaysUntilFull) : CheckState.Ok);
        List<CheckMetric> metrics = [new("free_percent", percent), new("free_gigabytes", found.FreeBytes / 1e9)];
        if (found.DaysUntilFull is { } days)
            metrics.Add(new("days_until_full", days));
        return new(
            name, state, string.Create(CultureInfo.InvariantCulture, $"{found.FreeBytes / 1e9:0} GB free ({percent:0} %){(found.DaysUntilFull is { } rest ? $"; full in {rest:0} days if it goes on like this" : "")}."), metrics);
    }

    private static Check Silent(string name) => new(name, CheckState.Unknown, NothingSaid);

    private TimeSpan Age(DateTimeOffset since) => now > since ? now - since : TimeSpan.Zero;

    private double Days(DateTimeOffset until) => Math.Max(0, (until - now).TotalDays);

    private static string Minutes(double minutes) => string.Create(CultureInfo.InvariantCulture, $"{minutes:0} minutes");
}
