using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Checking;
using Gateway.Provisioning.Machines.Rehearsal;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Reading;

namespace Gwctl.Asking;

/// <summary>What monitoring is told of a machine.</summary>
internal static class MonitoredMachine
{
    /// <summary>Every check of the machine as its last apply was to build it.</summary>
    /// <param name="root">The directory of a rehearsed machine, or null for this computer.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task<IReadOnlyList<Check>> LookAsync(string? root, CancellationToken cancel)
    {
        var kept = KeptIntent.ManifestIn(Session.StateRootOf(root));
        if (!File.Exists(kept))
            return [new Check("DICOM-Mail service", CheckState.Unknown, "This machine was not built yet: 'gwctl apply' builds it.")];
        if (SiteOf(kept) is not { } site)
            return [new Check("DICOM-Mail service", CheckState.Unknown, "The manifest of the last apply cannot be read: apply it again.")];
        var figures = await GatewayFigures.AskAsync(site.HealthPort, cancel);
        var now = TimeProvider.System.GetUtcNow();
        return [.. new GatewayChecks(site, now).Of(figures), .. new MachineChecks(site, now).Of(Built.Of(root, ManifestPaths.Reports), Built.Of(root, site.BackupFolder))];
    }

    /// <summary>The checks that rest on no report, for the report that is about to be written.</summary>
    /// <param name="session">The machine and its manifest.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task<IReadOnlyList<Check>> BesideReportAsync(Session session, CancellationToken cancel)
    {
        var site = WatchedSite.Of(session.Appliance);
        var figures = await GatewayFigures.AskAsync(site.HealthPort, cancel);
        var now = TimeProvider.System.GetUtcNow();
        var backups = session.Machine is RehearsalMachine rehearsed ? rehearsed.Locate(site.BackupFolder) : site.BackupFolder.Text;
        return [.. new GatewayChecks(site, now).Of(figures), new MachineChecks(site, now).OfBackup(backups)];
    }

    private static WatchedSite? SiteOf(string kept) =>
        WatchedSite.Read(File.ReadAllBytes(kept)) ?? (ManifestReader.ReadFiles(kept, [], Session.Today()).Appliance is { } appliance ? WatchedSite.Of(appliance) : null);
}
