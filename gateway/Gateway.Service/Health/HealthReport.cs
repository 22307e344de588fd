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
/// <param name="WebClient">The state of the web client.</param>
internal sealed record HealthReport(
    string Status, string Version, int ProcessId, string AeTitle, int DicomPort, DateTimeOffset StartedAt, HealthCounts Counts, SpoolHealth Spool,
    WebClientHealth WebClient);

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
