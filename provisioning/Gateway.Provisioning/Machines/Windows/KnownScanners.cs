using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// Third parties' virus scanners by the service that does their work, as their makers document it. A server has no register of scanners: one that is not in this
/// table is not seen, so that nothing is ever concluded from its absence.
/// </summary>
internal static class KnownScanners
{
    private static readonly (string Service, string Product)[] Table =
    [
        ("CSFalconService", "CrowdStrike Falcon"), // CrowdStrike, falcon-scripts, "falcon_windows_install.ps1": how it finds that the sensor is there
        ("cyserver", "Palo Alto Networks Cortex XDR"), // Palo Alto Networks, "Cortex XDR Agent Administrator's Guide", Cytool for Windows: startup query
        ("SepMasterService", "Symantec Endpoint Protection"), // Broadcom, article 170706, "Processes and services used by Endpoint Protection 14"
    ];

    /// <summary>The scanners among a machine's services; one whose service runs protects. Of none is known what it excludes or how old its signatures are.</summary>
    /// <param name="services">Every service.</param>
    public static IReadOnlyList<AntivirusProduct> Among(IReadOnlyList<ServiceState> services) =>
        [.. from known in Table
            from service in services
            where service.Name.Equals(known.Service, StringComparison.OrdinalIgnoreCase)
            select new AntivirusProduct(known.Product, service.Running, null, ExclusionsReadable: false)];
}
