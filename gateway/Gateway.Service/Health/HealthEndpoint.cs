using System.Reflection;
using Gateway.Service.Asking;
using Gateway.Service.Auditing;
using Gateway.Service.Configuration;
using Gateway.Service.Indexing;
using Gateway.Service.Keeping;
using Gateway.Service.Ledgers;
using Gateway.Service.Receiving;
using Gateway.Service.Startup;

namespace Gateway.Service.Health;

/// <summary><c>GET /health</c>: 200 where the service is whole, 503 where it is degraded; the same report either way.</summary>
internal sealed class HealthEndpoint(
    ServiceSettings settings, ServiceCounts counts, ServiceCondition condition, DiskRoom room, Ledger ledger, IndexCondition index, OldestImages oldest, VolumeTrend volumes,
    IEnumerable<MailCondition> mail, TimeProvider time)
{
    private readonly DateTimeOffset startedAt = time.GetUtcNow();

    public static string Version { get; } =
        typeof(HealthEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public IResult Answer()
    {
        var sending = SendingState.Of(ledger.Ask(book => book.Pause));
        var isDegraded = condition.IsDegraded || sending.IsPaused;
        var report = new HealthReport(
            isDegraded ? "degraded" : "healthy",
            Version,
            Environment.ProcessId,
            settings.AeTitle.Value,
            settings.DicomEndPoint.Port,
            startedAt,
            new HealthCounts(counts.Received, counts.Duplicates, counts.NewVersions, counts.Refused),
            new SpoolHealth(room.FreeBytes),
            sending,
            Queue(),
            ledger.AskMail(book => book.Checks.Select(check => new CheckHealth(check.Partner, check.At, check.ProvedAt)).ToList()),
            condition.PartnersProblem,
            new DatabaseHealth(!index.IsAway, ledger.File.WrittenTo - index.Line),
            Kept(),
            DeadLetters(),
            volumes.Now(),
            mail.FirstOrDefault()?.Now(),
            new WebClientHealth(Served: false, TestedBrowsers: [], ClientMemoryBytes: null));
        return Results.Json(report, statusCode: isDegraded ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    private KeptHealth Kept()
    {
        var (log, audit) = (DatedFiles.Of(settings.LogFolder, GatewayHost.LogPrefix), DatedFiles.Of(settings.Audit.Folder, AuditFile.Prefix));
        return new KeptHealth(oldest.Last?.At, oldest.Last?.Image, oldest.Last?.Delivered, log.Oldest, audit.Oldest, audit.Written);
    }

    private IReadOnlyList<DeadHealth> DeadLetters() => ledger.Ask(book => book.DeadLetters.GroupBy(letter => letter.Priority)
        .Select(group => new DeadHealth(group.Key.ToString().ToLowerInvariant(), group.Count(), group.Min(letter => letter.At))).ToList());

    private IReadOnlyList<QueueHealth> Queue() => ledger.Ask(book => book.Deliveries.GroupBy(delivery => (delivery.Target, delivery.Priority)).Select(group => new QueueHealth(
        group.Key.Target, group.Key.Priority.ToString().ToLowerInvariant(), group.Count(), group.Sum(delivery => delivery.Names.Count + delivery.Unproved.Count), group.Min(delivery => delivery.QueuedAt),
        group.Max(delivery => delivery.Attempts))).ToList());
}
