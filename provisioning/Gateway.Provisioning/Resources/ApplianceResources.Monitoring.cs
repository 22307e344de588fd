using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources.Assertions;
using Gateway.Provisioning.Resources.Managed;

namespace Gateway.Provisioning.Resources;

/// <content>The monitoring agent, and what it may say.</content>
public sealed partial class ApplianceResources
{
    private WindowsPath Gwctl => appliance.Gateway.ProgramFolderOfThisVersion().Join("gwctl.exe");

    // Who may open a connection to the agent: in mode pull whom the firewall lets in, else nobody but this machine's own controller.
    private IReadOnlyList<string> Askers() => appliance.Monitoring.Mode != MonitoringMode.Pull ? [] :
        [.. appliance.Firewall.Inbound.Where(rule => rule.Opens(CheckmkAgent.PullPort)).SelectMany(rule => rule.RemoteAddresses).Select(address => address.Text).Distinct()];

    private IEnumerable<Resource> Monitoring()
    {
        var monitoring = appliance.Monitoring;
        var server = $"{monitoring.Server}:{monitoring.Port}";
        yield return new ReachableServer { Host = monitoring.Server, Port = monitoring.Port, Probe = ProbeKind.Tcp, DependsOn = WaysOut(monitoring.Port), Controls = Serves("MON-2") };
        var installed = new List<ResourceId>();
        if (monitoring.Mode != MonitoringMode.External)
        {
            yield return new Package { Payload = PayloadOf(monitoring.Payload), Controls = Serves("MON-1") };
            var file = new RenderedFile
            {
                Name = ItemId.Of("agent-config"),
                Path = CheckmkAgent.ConfigurationFile,
                Text = Templates.Render("check_mk.user.yml.scriban", new Dictionary<string, object?> { ["sections"] = monitoring.Sections, ["port"] = CheckmkAgent.PullPort, ["askers"] = Askers() }),
                DependsOn = [agentPackage],
                Controls = Serves("MON-3"),
            };
            var checks = new RenderedFile
            {
                Name = ItemId.Of("agent-checks"),
                Path = CheckmkAgent.OwnChecks,
                Text = $"@\"{Gwctl}\" check\r\n",
                DependsOn = [agentPackage],
            };
            yield return file;
            yield return checks;
            installed.AddRange([agentPackage, file.Id, checks.Id]);
            if (monitoring.Registration is { } secret)
            {
                var registration = new AgentRegistration
                {
                    Server = server, Site = monitoring.Site, HostName = monitoring.RegisteredName, User = monitoring.RegistrationUser, Secret = secret, Certificate = monitoring.ServerCertificate,
                    DependsOn = [.. installed, new("reachable-secret", secret.Text)],
                    Controls = Serves("MON-4"),
                };
                yield return registration;
                installed.Add(registration.Id);
            }
        }

        yield return new DailyTask
        {
            Task = new ScheduledTaskState(ReportTask, Gwctl.Text, $"report \"{ManifestPaths.KeptManifest}\"", monitoring.ReportAt.Text, "SYSTEM", Enabled: true),
        };
        yield return new AgentRuns { DependsOn = installed, Controls = Serves("MON-1") };
        yield return new MonitoredUpdates { DependsOn = installed, Controls = Serves("OS-3") };
        yield return new AgentKeepsQuiet { Allowed = monitoring.Sections, DependsOn = installed, Controls = Serves("MON-3") };
        yield return new AgentSpeaksTls { Server = monitoring.Mode == MonitoringMode.External ? null : server, DependsOn = installed, Controls = Serves("MON-4") };
    }
}
