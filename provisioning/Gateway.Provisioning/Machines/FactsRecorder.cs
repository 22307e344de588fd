using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest;

namespace Gateway.Provisioning.Machines;

/// <summary>Records a machine's facts. A section that cannot be read is left out, with the reason.</summary>
public static class FactsRecorder
{
    /// <summary>Reads everything that a rehearsal or an assessment could ask for.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="appliance">Names what the product cares for: folders, registry values, hosts, ports.</param>
    /// <param name="clock">Says when.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task<MachineFacts> RecordAsync(IMachine machine, Appliance appliance, TimeProvider clock, CancellationToken cancel)
    {
        var missing = new SortedDictionary<string, string>(StringComparer.Ordinal);

        async Task<T?> Try<T>(string section, Func<Task<T>> read)
            where T : class
        {
            try
            {
                return await read();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                missing[section] = e.Message;
                return null;
            }
        }

        var facts = new MachineFacts
        {
            Machine = machine.Name,
            RecordedAt = clock.GetUtcNow(),
            OperatingSystem = await Try("operatingSystem", () => machine.Facts.OperatingSystemAsync(cancel)),
            Hardware = await Try("hardware", () => machine.Facts.HardwareAsync(cancel)),
            Volumes = await Try("volumes", () => machine.Facts.VolumesAsync(cancel)),
            Updates = await Try("updates", () => machine.Facts.UpdatesAsync(cancel)),
            Time = await Try("time", () => machine.Facts.TimeAsync(cancel)),
            Generation = await Try("generation", async () => new GenerationFacts(await machine.Generation.IdentifierAsync(cancel))),
            FolderRights = await Try("folderRights", () => Task.FromResult(FolderRightsOf(machine, appliance))),
            Registry = await Try("registry", () => Task.FromResult(RegistryOf(machine, appliance))),
            Services = await Try("services", () => ServicesOf(machine, appliance, cancel)),
            Firewall = await Try("firewall", () => machine.Firewall.ReadAsync(appliance.Firewall.Group, cancel)),
            Domain = await Try("domain", () => machine.Policies.DomainAsync(cancel)),
            ServiceLogon = await Try("serviceLogon", () => machine.Policies.ServiceLogonAsync(cancel)),
            ProgramControl = await Try("programControl", () => ProgramControlOf(machine, appliance, cancel)),
            PowerShell = await Try("powerShell", () => machine.Policies.PowerShellAsync(cancel)),
            Power = await Try("power", () => machine.Policies.PowerAsync(cancel)),
            Antivirus = await Try("antivirus", () => machine.Antivirus.ReadAsync(cancel)),
            ScheduledTasks = await Try("scheduledTasks", () => machine.ScheduledTasks.ReadAsync(cancel)),
            Packages = await Try("packages", () => machine.Packages.ReadAsync(cancel)),
            Certificates = await Try("certificates", () => machine.Certificates.ReadAsync(cancel)),
            ClientKey = await Try("clientKey", () => ClientKeyOf(machine, appliance, cancel)),
            Shares = await Try("shares", () => machine.Shares.ReadAsync(cancel)),
            Listeners = await Try("listeners", () => machine.Network.ListenersAsync(cancel)),
            Probes = await Try("probes", () => ProbesOf(machine, appliance, cancel)),
            Monitoring = await Try("monitoring", () => machine.MonitoringAgent.ReadAsync(cancel)),
            SecretNames = await Try("secretNames", () => Task.FromResult(SecretNamesOf(machine, appliance))),
            Backups = await Try("backups", () => machine.Facts.BackupsAsync(appliance.Backup.Folder, cancel)),
            Gateway = await Try("gateway", async () => await machine.Gateway.ReadAsync(appliance.Gateway.HealthPort, cancel) ?? throw new NotAssessableException(new("kein Gateway antwortet", "no gateway answers"))),
        };
        return facts with { NotRecorded = missing };
    }

    // A command line can carry a password, an account a person's name: those of others are none of ours.
    private static async Task<IReadOnlyList<ServiceState>> ServicesOf(IMachine machine, Appliance appliance, CancellationToken cancel)
    {
        string[] ours = [appliance.Gateway.ServiceName, appliance.Database.ServiceName, ProvisioningService.Name, CheckmkAgent.ServiceName];
        return [.. (await machine.Services.ReadAsync(cancel)).Select(s => ours.Contains(s.Name, StringComparer.OrdinalIgnoreCase) ? s : s with { CommandLine = "", Account = "" })];
    }

    // A path of somebody else's program can carry a person's name.
    private static async Task<ProgramControlFacts> ProgramControlOf(IMachine machine, Appliance appliance, CancellationToken cancel)
    {
        var facts = await machine.Policies.ProgramControlAsync(cancel);
        return facts with { AppLocker = [.. facts.AppLocker.Select(c => c with { Rules = [.. c.Rules.Where(rule => OwnPrograms.Of(appliance).Any(program => rule.IsAbout(program.Library) || rule.IsAbout(program.Executable)))] })] };
    }

    private static IReadOnlyList<FolderRights> FolderRightsOf(IMachine machine, Appliance appliance) =>
        machine.Files.WhyRightsUnknown is { } why
            ? throw new NotAssessableException(why)
            : [.. appliance.Folders.Select(f => (f.Path, Sddl: machine.Files.ReadRights(f.Path))).Where(f => f.Sddl is not null).Select(f => new FolderRights(f.Path.Text, f.Sddl!))];

    private static IReadOnlyList<RegistryValue> RegistryOf(IMachine machine, Appliance appliance) =>
        [.. appliance.Registry.Select(r => machine.Registry.Read(r.Key, r.Name)).OfType<RegistryValue>()];

    private static async Task<IReadOnlyList<ProbeResult>> ProbesOf(IMachine machine, Appliance appliance, CancellationToken cancel)
    {
        var results = new List<ProbeResult>();
        foreach (var target in ProbeTarget.Of(appliance.Mail, appliance.Monitoring))
            results.Add(await machine.Network.ProbeAsync(target.Host, target.Port, target.Kind, cancel));
        return results;
    }

    private static async Task<PrivateKeyState> ClientKeyOf(IMachine machine, Appliance appliance, CancellationToken cancel) =>
        await machine.Certificates.ReadKeyAsync(appliance.Mail.ClientCertificate.Subject, cancel)
        ?? throw new NotAssessableException(new("es gibt kein solches Zertifikat mit privatem Schlüssel", "there is no such certificate with its private key"));

    private static IReadOnlyList<string> SecretNamesOf(IMachine machine, Appliance appliance) =>
        appliance.Monitoring.Registration is { StoreName: { } name } reference && machine.Secrets.WhyUnreachable(reference) is null ? [name] : [];
}
