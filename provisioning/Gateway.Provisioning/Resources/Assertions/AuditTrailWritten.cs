using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>X-LOG: the gateway writes its audit log (DICOM PS3.15 section A.5), which has a message for its start and for each transfer of a patient's images.</summary>
public sealed record AuditTrailWritten : Assertion
{
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1); // the message of the start may be written before the service says that it has started

    /// <summary>The gateway's loopback port.</summary>
    public required int Port { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("audit-trail-written", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new("das Gateway schreibt sein Audit-Protokoll, seit es läuft", "the gateway has written its audit log since it runs");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Gateway.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var health = await machine.Gateway.ReadAsync(Port, cancel) ?? throw new NotAssessableException(WebClientServed.Silent);
        if (health.StartedAt is not { } started || health.Kept is not { } kept)
            throw new NotAssessableException(new("das Gateway sagt nichts über sein Audit-Protokoll", "the gateway says nothing of its audit log"));
        return Judge(
            kept.AuditWrittenAt is { } written && written + Slack >= started,
            kept.AuditWrittenAt is { } at
                ? new($"zuletzt geschrieben {at:yyyy-MM-dd HH:mm} UTC, das Gateway läuft seit {started:yyyy-MM-dd HH:mm} UTC", $"last written {at:yyyy-MM-dd HH:mm} UTC, the gateway runs since {started:yyyy-MM-dd HH:mm} UTC")
                : new("es gibt kein Audit-Protokoll", "there is no audit log"),
            machine.Gateway.Provenance);
    }
}
