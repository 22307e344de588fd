using Gateway.Service.Asking;
using Gateway.Service.Keeping;

namespace Gateway.Service.Health;

/// <summary>The answer of <c>GET /health</c>. It holds no patient data.</summary>
/// <param name="Status"><c>healthy</c> or <c>degraded</c>.</param>
/// <param name="Version">The product's version.</param>
/// <param name="ProcessId">The process, by which a rehearsal tells its own gateway from another.</param>
/// <param name="AeTitle">The AE title that peers call.</param>
/// <param name="DicomPort">The DICOM port.</param>
/// <param name="StartedAt">When the service started, UTC.</param>
/// <param name="Counts">What it has done since.</param>
/// <param name="Spool">The state of the spool.</param>
/// <param name="Sending">Whether sending is paused, since when and why.</param>
/// <param name="Queue">What waits to be sent, for each target and priority.</param>
/// <param name="FunctionChecks">The last function checks of the lines to partners.</param>
/// <param name="PartnersProblem">Why keys or the partner directory cannot be used as they lie there, with a code; null where they can.</param>
/// <param name="Database">The state of the database.</param>
/// <param name="Kept">The oldest of what is kept.</param>
/// <param name="DeadLetters">Images that will not be sent again by themselves, for each priority.</param>
/// <param name="Volumes">The volumes of images and data.</param>
/// <param name="Mail">How it stands with mail; null where nothing goes by mail.</param>
/// <param name="WebClient">The state of the web client.</param>
internal sealed record HealthReport(
    string Status, string Version, int ProcessId, string AeTitle, int DicomPort, DateTimeOffset StartedAt, HealthCounts Counts, SpoolHealth Spool,
    SendingState Sending, IReadOnlyList<QueueHealth> Queue, IReadOnlyList<CheckHealth> FunctionChecks, string? PartnersProblem, DatabaseHealth Database, KeptHealth Kept,
    IReadOnlyList<DeadHealth> DeadLetters, IReadOnlyList<VolumeState> Volumes, MailHealth? Mail, WebClientHealth WebClient);

/// <summary>The last function checks of the line to a partner (DIN 6868-159).</summary>
/// <param name="Partner">The partner.</param>
/// <param name="At">When the last one was sent, UTC.</param>
/// <param name="ProvedAt">When the partner last signed that such an image was accepted, UTC; null where it never did.</param>
internal sealed record CheckHealth(string Partner, DateTimeOffset At, DateTimeOffset? ProvedAt);

/// <summary>What waits to be sent to a target.</summary>
/// <param name="Target">The target's id.</param>
/// <param name="Priority">How urgent it is.</param>
/// <param name="Deliveries">How many deliveries wait.</param>
/// <param name="Instances">How many instances they hold.</param>
/// <param name="Oldest">When the oldest was queued, UTC.</param>
/// <param name="MostAttempts">How many attempts at one of them have failed.</param>
internal sealed record QueueHealth(string Target, string Priority, int Deliveries, int Instances, DateTimeOffset Oldest, int MostAttempts);

/// <summary>Images that will not be sent again by themselves.</summary>
/// <param name="Priority">How urgent they are.</param>
/// <param name="Instances">How many instances.</param>
/// <param name="Oldest">Since when the oldest is one, UTC.</param>
internal sealed record DeadHealth(string Priority, int Instances, DateTimeOffset Oldest);

/// <summary>The state of the database. One that is away degrades nothing: it is caught up when it is back.</summary>
/// <param name="IsThere">Whether it can be reached.</param>
/// <param name="LinesBehind">How many lines of the ledger it does not have yet.</param>
internal sealed record DatabaseHealth(bool IsThere, long LinesBehind);

/// <summary>The oldest of what is kept: what shows whether it is removed in time.</summary>
/// <param name="LookedAt">When the images were looked at, UTC; null before the first look. It is repeated every five minutes.</param>
/// <param name="OldestImage">When the oldest image was received, UTC.</param>
/// <param name="OldestDeliveredImage">When the oldest of those was received that all their targets have, UTC.</param>
/// <param name="OldestLog">The first day of which there is a log.</param>
/// <param name="OldestAudit">The first day of which there is an audit log.</param>
/// <param name="AuditWrittenAt">When the audit log was last written, UTC.</param>
internal sealed record KeptHealth(
    DateTimeOffset? LookedAt, DateTimeOffset? OldestImage, DateTimeOffset? OldestDeliveredImage, DateOnly? OldestLog, DateOnly? OldestAudit, DateTimeOffset? AuditWrittenAt);

/// <summary>What the service has done since it started.</summary>
/// <param name="Received">Objects stored, new versions among them.</param>
/// <param name="Duplicates">Objects acknowledged because the same bytes were there.</param>
/// <param name="NewVersions">Objects stored beside another version of the same instance.</param>
/// <param name="Refused">Objects answered with a failure.</param>
internal sealed record HealthCounts(long Received, long Duplicates, long NewVersions, long Refused);

/// <summary>The state of the spool.</summary>
/// <param name="FreeBytes">The free bytes of its volume.</param>
internal sealed record SpoolHealth(long FreeBytes);

/// <summary>The state of the web client, which this version does not have.</summary>
/// <param name="Served">Whether it is served.</param>
/// <param name="TestedBrowsers">The browsers that it was tested with.</param>
/// <param name="ClientMemoryBytes">The memory that it needs in the browser, in bytes.</param>
internal sealed record WebClientHealth(bool Served, IReadOnlyList<string> TestedBrowsers, long? ClientMemoryBytes);
