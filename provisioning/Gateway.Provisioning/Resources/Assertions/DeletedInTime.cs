using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>X-RET: images and logs are deleted after the manifest's periods, as the oldest that the gateway still keeps shows.</summary>
public sealed record DeletedInTime : Assertion
{
    // The gateway looks every five minutes, and a log is a file a day, deleted when the next one is begun.
    private static readonly TimeSpan ImageSlack = TimeSpan.FromHours(1);
    private const int LogSlackDays = 2;

    /// <summary>The gateway's loopback port.</summary>
    public required int Port { get; init; }

    /// <summary>The periods of images and logs.</summary>
    public required Retention Periods { get; init; }

    /// <summary>How long audit logs are kept, in days.</summary>
    public required int AuditDays { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("deleted-in-time", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"Bilder gehen spätestens nach {Periods.ImageMaximumDays} Tagen, zugestellte nach {Periods.DeliveredHours} Stunden, Protokolle nach {Periods.LogDays} und Audit-Protokolle nach {AuditDays} Tagen",
        $"images go after {Periods.ImageMaximumDays} days at the latest, delivered ones after {Periods.DeliveredHours} hours, logs after {Periods.LogDays} and audit logs after {AuditDays} days");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Gateway.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var health = await machine.Gateway.ReadAsync(Port, cancel) ?? throw new NotAssessableException(WebClientServed.Silent);
        if (health.Kept is not { LookedAt: not null } kept)
            throw new NotAssessableException(new("das Gateway hat noch nicht nachgesehen, was es aufbewahrt", "the gateway has not looked yet at what it keeps"));
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var inTime = IsYoungEnough(kept.OldestImage, TimeSpan.FromDays(Periods.ImageMaximumDays))
            && IsYoungEnough(kept.OldestDeliveredImage, TimeSpan.FromHours(Periods.DeliveredHours))
            && IsRecent(kept.OldestLog, Periods.LogDays)
            && IsRecent(kept.OldestAudit, AuditDays);
        return Judge(
            inTime,
            new(
                $"ältestes Bild {Day(kept.OldestImage, "keines")}, ältestes zugestelltes {Day(kept.OldestDeliveredImage, "keines")}, ältestes Protokoll {Day(kept.OldestLog, "keines")}, ältestes Audit-Protokoll {Day(kept.OldestAudit, "keines")}",
                $"oldest image {Day(kept.OldestImage, "none")}, oldest delivered one {Day(kept.OldestDeliveredImage, "none")}, oldest log {Day(kept.OldestLog, "none")}, oldest audit log {Day(kept.OldestAudit, "none")}"),
            machine.Gateway.Provenance);

        bool IsYoungEnough(DateTimeOffset? at, TimeSpan period) => at is not { } since || now - since <= period + ImageSlack;

        bool IsRecent(DateOnly? day, int days) => day is not { } since || since.AddDays(days + LogSlackDays) >= today;
    }

    private static string Day(DateTimeOffset? at, string none) => at is { } day ? $"{day:yyyy-MM-dd}" : none;

    private static string Day(DateOnly? day, string none) => day is { } one ? $"{one:yyyy-MM-dd}" : none;
}
