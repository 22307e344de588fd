using System.Text.Json.Serialization;

namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>The running gateway.</summary>
public interface IGatewayHealth : IAbility
{
    /// <summary>What it says about itself, or null when nobody answers.</summary>
    /// <param name="port">Its loopback port.</param>
    /// <param name="cancel">Cancels.</param>
    Task<GatewayHealthState?> ReadAsync(int port, CancellationToken cancel);
}

/// <summary>What the running gateway says about itself.</summary>
/// <param name="Status"><c>healthy</c> or <c>degraded</c>.</param>
/// <param name="Version">Its version.</param>
/// <param name="AeTitle">Its AE title.</param>
/// <param name="WebClientServed">Whether it serves the web client.</param>
/// <param name="TestedBrowsers">Browsers that this release was tested in.</param>
/// <param name="ClientMemoryBytes">Measured memory of a client's page with a large study, bytes, or null.</param>
/// <param name="ProcessId">Its process, by which a rehearsal tells its own from another's; in no record.</param>
/// <param name="StartedAt">When it started (UTC), or null where a record does not say.</param>
/// <param name="Kept">The oldest of what it keeps, or null where a record does not say.</param>
/// <param name="FunctionChecks">The last function checks of its lines, or null where a record does not say.</param>
public sealed record GatewayHealthState(
    string Status,
    string Version,
    string AeTitle,
    bool WebClientServed,
    IReadOnlyList<string> TestedBrowsers,
    long? ClientMemoryBytes,
    [property: JsonIgnore] int ProcessId = 0,
    DateTimeOffset? StartedAt = null,
    KeptState? Kept = null,
    IReadOnlyList<LineCheckState>? FunctionChecks = null);

/// <summary>The last function checks of the line to a partner.</summary>
/// <param name="Partner">The partner's id.</param>
/// <param name="At">When the last one was sent (UTC).</param>
/// <param name="ProvedAt">When the partner last signed that such an image was accepted (UTC), or null when it never did.</param>
public sealed record LineCheckState(string Partner, DateTimeOffset At, DateTimeOffset? ProvedAt);

/// <summary>The oldest of what the gateway keeps.</summary>
/// <param name="LookedAt">When it looked at the images (UTC); null before the first look.</param>
/// <param name="OldestImage">When the oldest image was received (UTC), or null when there is none.</param>
/// <param name="OldestDeliveredImage">When the oldest image was received that all its targets have (UTC), or null when there is none.</param>
/// <param name="OldestLog">The first day of which there is a log, or null when there is none.</param>
/// <param name="OldestAudit">The first day of which there is an audit log, or null when there is none.</param>
/// <param name="AuditWrittenAt">When the audit log was last written (UTC), or null when there is none.</param>
public sealed record KeptState(
    DateTimeOffset? LookedAt,
    DateTimeOffset? OldestImage,
    DateTimeOffset? OldestDeliveredImage,
    DateOnly? OldestLog,
    DateOnly? OldestAudit,
    DateTimeOffset? AuditWrittenAt);
