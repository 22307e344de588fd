using System.Net;
using Gateway.Dicom.Identifiers;

namespace Gateway.Service.Configuration;

/// <summary>The configuration as the service uses it: every value is valid, every path is one of this machine.</summary>
internal sealed record ServiceSettings
{
    public required AeTitle AeTitle { get; init; }

    public required IPEndPoint DicomEndPoint { get; init; }

    public required int MaximumPduBytes { get; init; }

    public required long MaximumObjectBytes { get; init; }

    public required int MaximumAssociations { get; init; }

    public required TimeSpan IdleTimeout { get; init; }

    public required IReadOnlyList<CallerRule> Callers { get; init; }

    public required string SpoolFolder { get; init; }

    public required string LedgerFile { get; init; }

    public required IPEndPoint HealthEndPoint { get; init; }

    public required string LogFolder { get; init; }

    public required int LogRetainDays { get; init; }
}
