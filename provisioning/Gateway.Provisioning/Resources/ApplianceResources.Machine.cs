using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Resources.Assertions;

namespace Gateway.Provisioning.Resources;

/// <content>The machine itself, and the secrets that it must reach.</content>
public sealed partial class ApplianceResources
{
    private IEnumerable<Resource> TheMachine() =>
    [
        new SupportedSystem { Supported = appliance.System.Supported, Controls = Serves("OS-1") },
        new UpdatedSystem { MaximumAgeDays = appliance.System.UpdatesMaximumAgeDays, Supported = appliance.System.Supported, Controls = Serves("OS-2") },
        new PathsOnDrives
        {
            Paths = [.. ManifestPaths.Of(appliance).Select(p => p.Path), ManifestPaths.StateRoot],
            Drives = appliance.System.Drives,
            Services = [appliance.Gateway.ServiceName, appliance.Database.ServiceName, ProvisioningService.Name],
            Controls = Serves("OS-4"),
        },
        new EnoughCores { Cores = appliance.Hardware.CpuCores, Controls = Serves("HW-1") },
        new EnoughMemory { Memory = appliance.Hardware.Memory, TolerancePercent = appliance.Hardware.MemoryTolerancePercent, Controls = Serves("HW-2") },
        .. Disks().Select(disk => new BigEnoughDisk
        {
            Disk = disk,
            Service = appliance.Gateway.ServiceName,
            TolerancePercent = appliance.Hardware.DiskTolerancePercent,
            Controls = disk.Drive.Drive switch { "D:" => Serves("HW-3"), "E:" => Serves("HW-4"), _ => [] },
        }),
        new RealMachine { Controls = Serves("HW-5") },
        new SameGeneration { Controls = Serves("X-SNAP") },
        new FixedDisks { Drives = appliance.System.Drives, Controls = Serves("HW-6") },
        new NoDriveShares { Controls = Serves("SEC-2") },
        new ActiveVirusScanner { SignatureMaximumAgeDays = appliance.Antivirus.SignatureMaximumAgeDays, Controls = Serves("AV-1") },
        new RemoteAccessClient { Access = appliance.RemoteAccess, Controls = Serves("REM-1") },
        new AccurateClock { MaximumOffsetMilliseconds = appliance.Time.MaximumOffsetMilliseconds, Controls = Serves("X-TIME") },
        .. DomainsPolicies(),
        new EncryptedVolumes { Drives = appliance.System.Drives, Controls = Serves("X-REST") },
        new OnlyNeededPorts
        {
            Firewall = appliance.Firewall,
            OwnPorts = [appliance.Gateway.DicomPort, appliance.Web.Port, .. appliance.Monitoring.Mode == MonitoringMode.Pull ? [CheckmkAgent.PullPort] : Array.Empty<int>()],
            Controls = Serves("SEC-1"),
        },
    ];

    private IEnumerable<Resource> DomainsPolicies() =>
    [
        new ServiceLogon { Services = [.. OwnPrograms.Of(appliance).Select(p => p.Service)], Controls = Serves("X-DOM") },
        new LocalRulesCount
        {
            Group = appliance.Firewall.Group,
            Rules = [.. appliance.Firewall.Inbound.Concat(appliance.Firewall.Outbound).Select(rule => FirewallRule.OurPrefix + rule.Id)],
            Controls = Serves("X-DOM"),
        },
        new PowerShellPolicy { Controls = Serves("X-DOM") },
        new ProgramsMayRun { Programs = OwnPrograms.Of(appliance), Controls = Serves("X-APP") },
        new NeverSleeps { Controls = Serves("X-PWR") },
    ];

    // A disk that the manifest leaves out is asked for by the requirements all the same.
    private IEnumerable<DiskMinimum> Disks() =>
        [.. appliance.Hardware.Disks, .. Required.Disks.Where(r => !appliance.Hardware.Disks.Any(d => d.Drive.Drive == r.Drive.Drive))];

    private IEnumerable<Resource> Secrets()
    {
        if (appliance.Monitoring is { Mode: not MonitoringMode.External, Registration: { } registration } monitoring)
            yield return new ReachableSecret { Reference = registration, Server = $"{monitoring.Server}:{monitoring.Port}", Controls = Serves("MON-4") };
    }
}
