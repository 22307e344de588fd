using Gateway.Service.Startup;

namespace Gateway.Service.Probing;

/// <summary>The verb <c>probe</c>: one look at each server, all at once, and a line of JSON for each in the order that they were named. What was seen is a result, never an exit code.</summary>
internal static class ProbeRun
{
    public static async Task<int> ExecuteAsync(CommandLine.Probe probe, TimeProvider time)
    {
        using var own = probe.Certificate is null ? null : MachineCertificate.Find(probe.Certificate, time.GetUtcNow());
        foreach (var report in await Task.WhenAll(probe.Targets.Select(target => ServerProbe.RunAsync(target, own, CancellationToken.None))))
            await Console.Out.WriteAsync(report.ToJson());
        return ExitCodes.Success;
    }
}
