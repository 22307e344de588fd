using System.Reflection;
using Gateway.Service.Configuration;
using Gateway.Service.Spooling;

namespace Gateway.Service.Health;

/// <summary><c>GET /health</c>: 200 where the service is whole, 503 where it is degraded; the same report either way.</summary>
internal sealed class HealthEndpoint(
    ServiceSettings settings, ServiceCounts counts, ServiceCondition condition, Spool spool, TimeProvider time)
{
    private readonly DateTimeOffset startedAt = time.GetUtcNow();

    public static string Version { get; } =
        typeof(HealthEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public IResult Answer()
    {
        var freeBytes = FreeBytes();
        var report = new HealthReport(
            condition.IsDegraded ? "degraded" : "healthy",
            Version,
            Environment.ProcessId,
            settings.AeTitle.Value,
            settings.DicomEndPoint.Port,
            startedAt,
            new HealthCounts(counts.Received, counts.Duplicates, counts.NewVersions, counts.Refused),
            new SpoolHealth(freeBytes),
            new WebClientHealth(Served: false, TestedBrowsers: [], ClientMemoryBytes: null));
        return Results.Json(report, statusCode: condition.IsDegraded ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    private long FreeBytes()
    {
        try
        {
            return spool.FreeBytes;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            condition.Degrade(); // the volume of the spool is gone
            return 0;
        }
    }
}
