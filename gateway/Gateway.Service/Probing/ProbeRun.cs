using System.Security.Cryptography.X509Certificates;
using Gateway.Service.Startup;

namespace Gateway.Service.Probing;

/// <summary>The verb <c>probe</c>: one look at each server, all at once, and a line of JSON for each in the order that they were named. What was seen is a result, never an exit code.</summary>
internal static class ProbeRun
{
    public static async Task<int> ExecuteAsync(CommandLine.Probe probe)
    {
        using var own = probe.Certificate is null ? null : Find(probe.Certificate);
        foreach (var report in await Task.WhenAll(probe.Targets.Select(target => ServerProbe.RunAsync(target, own, CancellationToken.None))))
            await Console.Out.WriteAsync(report.ToJson());
        return ExitCodes.Success;
    }

    // Only Windows has a machine store. A certificate whose key this account may not use is none to offer.
    private static X509Certificate2? Find(string subject)
    {
        if (!OperatingSystem.IsWindows())
            return null;
        using var store = new X509Store(StoreName.My, StoreLocation.LocalMachine);
        store.Open(OpenFlags.ReadOnly);
        var found = store.Certificates.Where(c => c.HasPrivateKey && c.Subject.Contains(subject, StringComparison.OrdinalIgnoreCase)).MaxBy(c => c.NotAfter);
        return found is not null && MayUse(found) ? found : null;
    }

    private static bool MayUse(X509Certificate2 certificate)
    {
        try
        {
            using var rsa = certificate.GetRSAPrivateKey();
            using var ecdsa = rsa is null ? certificate.GetECDsaPrivateKey() : null;
            return rsa is not null || ecdsa is not null;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return false;
        }
    }
}
