using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources.Assertions;
using Gateway.Provisioning.Resources.Managed;

namespace Gateway.Provisioning.Resources;

/// <summary>What a manifest becomes: every resource of the appliance, in the order of the manifest. The table of contents of the engine.</summary>
public sealed class ApplianceResources
{
    private const string BackupTask = "DICOM-Mail Gateway backup";

    private readonly Appliance appliance;
    private readonly ResourceId gatewayService;
    private readonly ResourceId gatewayConfiguration = new(RenderedFile.Kind, "gateway-config");
    private readonly ResourceId agentPackage;
    private readonly ResourceId databasePackage;

    private ApplianceResources(Appliance appliance)
    {
        this.appliance = appliance;
        gatewayService = new(WindowsService.Kind, appliance.Gateway.ServiceName);
        agentPackage = new(Package.Kind, appliance.Monitoring.Payload.Text);
        databasePackage = new(Package.Kind, appliance.Database.Payload.Text);
    }

    /// <summary>Every resource of an appliance.</summary>
    /// <param name="appliance">The appliance.</param>
    public static IReadOnlyList<Resource> Declare(Appliance appliance)
    {
        var it = new ApplianceResources(appliance);
        return
        [
            .. it.TheMachine(),
            .. it.Secrets(),
            .. it.Folders(),
            .. it.Registry(),
            .. it.Firewall(),
            .. it.MailServers(),
            .. it.DatabaseServer(),
            .. it.Antivirus(),
            .. it.Backup(),
            .. it.Monitoring(),
            .. it.GatewayService(), // last of what is changed: an upgrade that fails before leaves the old version running
            .. it.Clients(),
            .. NotYet(),
        ];
    }

    private IEnumerable<Resource> TheMachine() =>
    [
        new SupportedSystem { Supported = appliance.System.Supported, Controls = Serves("OS-1") },
        new UpdatedSystem { MaximumAgeDays = appliance.System.UpdatesMaximumAgeDays, Supported = appliance.System.Supported, Controls = Serves("OS-2") },
        new PathsOnDrives
        {
            Paths = [.. ManifestPaths.Of(appliance).Select(p => p.Path), ManifestPaths.StateRoot],
            Drives = appliance.System.Drives,
            Services = [appliance.Gateway.ServiceName, appliance.Database.ServiceName],
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
        new FixedDisks { Drives = appliance.System.Drives, Controls = Serves("HW-6") },
        new NoDriveShares { Controls = Serves("SEC-2") },
        new ActiveVirusScanner { SignatureMaximumAgeDays = appliance.Antivirus.SignatureMaximumAgeDays, Controls = Serves("AV-1") },
        new ThirdPartyExclusions
        {
            DependsOn = [.. appliance.Antivirus.Mode == AntivirusMode.Folders
                ? appliance.Antivirus.Folders.Select(f => new ResourceId(AntivirusExclusion.Kind, f.Path.Text))
                : appliance.Antivirus.Extensions.Select(e => new ResourceId(AntivirusExclusion.Kind, e))],
            Controls = appliance.Antivirus.Mode == AntivirusMode.Folders
                ? [.. appliance.Antivirus.Folders.Select(f => f.Control).Distinct(), .. appliance.Antivirus.Processes.Count > 0 ? Serves("AV-4") : []]
                : appliance.Antivirus.Extensions.Count > 0 ? Serves("AV-5") : [],
        },
        new RemoteAccessClient { Access = appliance.RemoteAccess, Controls = Serves("REM-1") },
        new AccurateClock { MaximumOffsetMilliseconds = appliance.Time.MaximumOffsetMilliseconds, Controls = Serves("X-TIME") },
        new EncryptedVolumes { Drives = appliance.System.Drives, Controls = Serves("X-REST") },
        new OnlyNeededPorts
        {
            Firewall = appliance.Firewall,
            OwnPorts = [appliance.Gateway.DicomPort, appliance.Web.Port, .. appliance.Monitoring.Mode == MonitoringMode.Pull ? [CheckmkAgent.PullPort] : Array.Empty<int>()],
            Controls = Serves("SEC-1"),
        },
    ];

    // A disk that the manifest leaves out is asked for by the requirements all the same.
    private IEnumerable<DiskMinimum> Disks() =>
        [.. appliance.Hardware.Disks, .. Required.Disks.Where(r => !appliance.Hardware.Disks.Any(d => d.Drive.Drive == r.Drive.Drive))];

    private IEnumerable<Resource> Secrets()
    {
        if (appliance.Monitoring is { Mode: not MonitoringMode.External, Registration: { } registration } monitoring)
            yield return new ReachableSecret { Reference = registration, Server = $"{monitoring.Server}:{monitoring.Port}", Controls = Serves("MON-4") };
    }

    private IEnumerable<Resource> MailServers() =>
    [
        .. appliance.Mail.Servers.Select(s => new ReachableServer { Host = s.Host, Port = s.SmtpPort, Probe = ProbeKind.SmtpStartTls, DependsOn = WaysOut(s.SmtpPort), Controls = Serves("NET-1") }),
        .. appliance.Mail.Servers.Select(s => new ReachableServer { Host = s.Host, Port = s.Pop3sPort, Probe = ProbeKind.Tls, DependsOn = WaysOut(s.Pop3sPort), Controls = Serves("NET-2") }),
        new NetworkCertificate { Mail = appliance.Mail, DependsOn = WaysOut(MailPorts()), Controls = Serves("NET-3") },
        new UnopenedTls { Mail = appliance.Mail, DependsOn = WaysOut(MailPorts()), Controls = Serves("NET-4") },
        new CertificateLife { Certificate = appliance.Mail.ClientCertificate, Controls = Serves("X-CERT") },
        new ModernTls { Mail = appliance.Mail, DependsOn = WaysOut(MailPorts()), Controls = Serves("X-TLS") },
    ];

    private int[] MailPorts() => [.. appliance.Mail.Servers.SelectMany(s => (int[])[s.SmtpPort, s.Pop3sPort]).Distinct()];

    // The rules without which a probe cannot get out where outbound traffic is blocked.
    private IReadOnlyList<ResourceId> WaysOut(params int[] ports) =>
        [.. appliance.Firewall.Outbound.Where(rule => ports.Any(port => Opens(rule, port))).Select(rule => new ResourceId(FirewallAllowRule.Kind, rule.Id.Text))];

    private IEnumerable<Resource> Folders() =>
    [
        .. FoldersAbove().Select(above => new Folder { Name = NameOfAbove(above), Path = above, Rights = AccessRights.Of(FolderAccess.Administrators, appliance), Controls = Serves("OS-4") }),
        .. appliance.Folders.Select(setting => new Folder
        {
            Name = setting.Id,
            Path = setting.Path,
            Rights = AccessRights.Of(setting.Access, appliance),
            DependsOn = [.. setting.DependsOn, .. FoldersAbove().Where(above => above.Contains(setting.Path)).Select(above => new ResourceId(Folder.Kind, NameOfAbove(above).Text))],
            Controls = Serves("OS-4"),
        }),
    ];

    // A folder between a drive and a folder of ours would let ordinary users in by the drive's own rights: it is ours too.
    private IEnumerable<WindowsPath> FoldersAbove()
    {
        var declared = appliance.Folders.Select(f => f.Path).ToHashSet();
        return appliance.Folders.SelectMany(f => Above(f.Path)).Distinct().Where(p => !declared.Contains(p) && !p.Contains(ManifestPaths.StateRoot)).OrderBy(p => p.Text.Length);
    }

    private static IEnumerable<WindowsPath> Above(WindowsPath path)
    {
        for (var at = path.Parent; at is { Parts.Length: > 0 } above; at = above.Parent)
            yield return above;
    }

    private static ItemId NameOfAbove(WindowsPath path) =>
        ItemId.Of($"above-{path.Drive[..1]}-{Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(path.Text.ToUpperInvariant())).Text[..8]}".ToLowerInvariant());

    private IEnumerable<Resource> Registry() =>
    [
        new RegistryEntry
        {
            Name = ItemId.Of("program-folder"),
            Value = new RegistryValue(@"SOFTWARE\VISUS\DICOM-Mail Gateway", "ProgramFolder", appliance.Gateway.ProgramFolderOfThisVersion().Text),
        },
        .. appliance.Registry.Select(r => new RegistryEntry { Name = r.Id, Value = new RegistryValue(r.Key, r.Name, r.Text), DependsOn = r.DependsOn }),
    ];

    private IEnumerable<Resource> Firewall() =>
    [
        .. appliance.Firewall.Inbound.Select(rule => Rule(rule, RuleDirection.Inbound)),
        .. appliance.Firewall.Outbound.Select(rule => Rule(rule, RuleDirection.Outbound)),
        .. appliance.Firewall.OutboundDefault == OutboundDefault.Block ? OutboundBlocks() : [],
    ];

    private FirewallAllowRule Rule(FirewallRuleSetting rule, RuleDirection direction) => new()
    {
        Name = rule.Id,
        Group = appliance.Firewall.Group,
        Direction = direction,
        Protocol = rule.Protocol,
        Ports = rule.Ports,
        Program = rule.Program?.Resolve(appliance.Gateway.ProgramFolderOfThisVersion(), appliance.Antivirus),
        RemoteAddresses = rule.RemoteAddresses,
        DependsOn = rule.DependsOn,
        Controls =
        [
            .. Serves("SEC-1"),
            .. direction == RuleDirection.Outbound && appliance.Mail.Servers.Any(s => Opens(rule, s.SmtpPort)) ? Serves("NET-1") : [],
            .. direction == RuleDirection.Outbound && appliance.Mail.Servers.Any(s => Opens(rule, s.Pop3sPort)) ? Serves("NET-2") : [],
            .. direction == RuleDirection.Outbound && Opens(rule, appliance.Monitoring.Port) ? Serves("MON-2") : [],
        ],
    };

    private static bool Opens(FirewallRuleSetting rule, int port) => rule.Protocol == TransportProtocol.Tcp && rule.Ports.Any(p => p.Contains(port));

    private IEnumerable<Resource> OutboundBlocks() => ((string[])["Domain", "Private", "Public"]).Select(profile => new OutboundBlock
    {
        Profile = profile,
        Group = appliance.Firewall.Group,
        DependsOn = [.. appliance.Firewall.Outbound.Select(r => new ResourceId(FirewallAllowRule.Kind, r.Id.Text))],
        Controls = Serves("SEC-1"),
    });

    private IEnumerable<Resource> DatabaseServer()
    {
        var database = appliance.Database;
        var configuration = database.ConfigurationFile(appliance.Gateway);
        var file = new RenderedFile
        {
            Name = ItemId.Of("database-config"),
            Path = configuration,
            Text = Templates.Render("my.ini.scriban", new Dictionary<string, object?>
            {
                ["program_folder"] = database.ProgramFolder.Text.Replace('\\', '/'),
                ["data_folder"] = database.DataFolder.Text.Replace('\\', '/'),
                ["port"] = database.Port,
                ["buffer_pool_mib"] = appliance.Hardware.Memory.Bytes / (1L << 20) * database.MemoryPercent / 100,
            }),
            DependsOn = FoldersHolding(configuration),
        };
        yield return new Package { Payload = PayloadOf(database.Payload), DependsOn = [.. FoldersHolding(database.DataFolder), file.Id] };
        yield return file;
        yield return new WindowsService
        {
            Service = new ServiceState(
                database.ServiceName, "DICOM-Mail Gateway database (MariaDB)",
                $"\"{database.ProgramFolder.Join(@"bin\mariadbd.exe")}\" \"--defaults-file={configuration}\" {database.ServiceName}",
                $@"NT SERVICE\{database.ServiceName}", ServiceStart.Automatic, RestartOnFailure: true, [], Running: true),
            DependsOn = [databasePackage, file.Id],
            RestartedBy = [databasePackage, file.Id],
        };
    }

    private IEnumerable<Resource> GatewayService()
    {
        var gateway = appliance.Gateway;
        var path = gateway.ConfigFolder.Join("gateway.json");
        yield return new RenderedFile
        {
            Name = ItemId.Of(gatewayConfiguration.Name),
            Path = path,
            Text = GatewayConfiguration.Render(appliance),
            DependsOn = FoldersHolding(path),
        };
        yield return new WindowsService
        {
            Service = new ServiceState(
                gateway.ServiceName, "DICOM-Mail Gateway",
                $"\"{gateway.ProgramFolderOfThisVersion().Join("Gateway.Service.exe")}\" --config \"{path}\"",
                $@"NT SERVICE\{gateway.ServiceName}", ServiceStart.DelayedAutomatic, RestartOnFailure: true, [], Running: true),
            DependsOn = [gatewayConfiguration, .. FoldersHolding(gateway.DataFolder), .. FoldersHolding(gateway.LogFolder), .. FoldersHolding(gateway.ImageFolder)],
            RestartedBy = [gatewayConfiguration],
        };
        yield return new GatewayAnswers { Port = gateway.HealthPort, AeTitle = gateway.AeTitle, DependsOn = [gatewayService] };
    }

    private IEnumerable<Resource> Antivirus() => appliance.Antivirus.Mode == AntivirusMode.Folders
        ? [.. ExcludedFolders(), .. ExcludedProcesses(), NotNeeded("extensions", "folders and processes are excluded in place of extensions", "AV-5")]
        : [.. ExcludedExtensions(), NotNeeded("folders", "extensions are excluded in place of folders and processes", [.. appliance.Antivirus.Folders.Select(f => f.Control.Text).Distinct(), "AV-4"])];

    private IEnumerable<Resource> ExcludedFolders() => appliance.Antivirus.Folders.Select(folder => new AntivirusExclusion
    {
        Exclusion = new Exclusion(ExclusionKind.Folder, folder.Path.Text),
        OnlyWhereExists = folder.WhereItExists ? folder.Path : null,
        DependsOn = FoldersHolding(folder.Path),
        Controls = [folder.Control],
    });

    private IEnumerable<Resource> ExcludedProcesses() => appliance.Antivirus.Processes.Select(process =>
        process.Path.Resolve(appliance.Gateway.ProgramFolderOfThisVersion(), appliance.Antivirus) is { } path
            ? new AntivirusExclusion
            {
                Exclusion = new Exclusion(ExclusionKind.Process, path.Text),
                OnlyWhereExists = path,
                DependsOn = appliance.Database.ProgramFolder.Contains(path) ? [databasePackage] : [],
                Controls = Serves("AV-4"),
            }
            : NotNeeded(process.Path.Text, "this site has no JCS_HOME", "AV-4"));

    private IEnumerable<Resource> ExcludedExtensions() => appliance.Antivirus.Extensions.Select(extension => new AntivirusExclusion
    {
        Exclusion = new Exclusion(ExclusionKind.Extension, extension),
        Controls = Serves("AV-5"),
    });

    private static Resource NotNeeded(string what, string why, params string[] controls) =>
        new NotNeeded { Name = what, What = $"the virus scanner leaves {what} alone", Why = why, Controls = Serves(controls) };

    private IEnumerable<Resource> Backup()
    {
        var backup = appliance.Backup;
        var task = new DailyTask
        {
            Task = new ScheduledTaskState(
                BackupTask, appliance.Gateway.ProgramFolderOfThisVersion().Join("Gateway.Service.exe").Text,
                $"backup --config \"{appliance.Gateway.ConfigFolder.Join("gateway.json")}\" --to \"{backup.Folder}\" --keep-days {backup.KeepDays}"
                    + (backup.CopyTo is null ? "" : $" --copy-to \"{backup.CopyTo}\""),
                backup.At.Text, "SYSTEM", Enabled: true),
            DependsOn = [.. FoldersHolding(backup.Folder), gatewayConfiguration],
            Controls = Serves("BAK-1", "BAK-2"),
        };
        yield return task;
        yield return new BackupRan { Task = BackupTask, Folder = backup.Folder, DependsOn = [task.Id], Controls = Serves("BAK-1") };
        yield return new BackupsKept { Task = BackupTask, Folder = backup.Folder, KeepDays = backup.KeepDays, DependsOn = [task.Id], Controls = Serves("BAK-2") };
        yield return new BackupCopied { Task = BackupTask, CopyTo = backup.CopyTo, DependsOn = [task.Id], Controls = Serves("BAK-3") };
    }

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
                Text = Templates.Render("check_mk.user.yml.scriban", new Dictionary<string, object?> { ["sections"] = monitoring.Sections }),
                DependsOn = [agentPackage],
                Controls = Serves("MON-3"),
            };
            yield return file;
            installed.AddRange([agentPackage, file.Id]);
            if (monitoring.Registration is { } secret)
            {
                var registration = new AgentRegistration { Server = server, User = monitoring.RegistrationUser, Secret = secret, DependsOn = [.. installed, new("reachable-secret", secret.Text)], Controls = Serves("MON-4") };
                yield return registration;
                installed.Add(registration.Id);
            }
        }

        yield return new AgentRuns { DependsOn = installed, Controls = Serves("MON-1") };
        yield return new MonitoredUpdates { DependsOn = installed, Controls = Serves("OS-3") };
        yield return new AgentKeepsQuiet { Allowed = monitoring.Sections, DependsOn = installed, Controls = Serves("MON-3") };
        yield return new AgentSpeaksTls { Server = monitoring.Mode == MonitoringMode.External ? null : server, DependsOn = installed, Controls = Serves("MON-4") };
    }

    private IEnumerable<Resource> Clients() =>
    [
        new WebClientServed { Port = appliance.Gateway.HealthPort, DependsOn = [gatewayService], Controls = Serves("CLI-1") },
        new TestedBrowsers { Port = appliance.Gateway.HealthPort, Browsers = appliance.Web.Browsers, DependsOn = [gatewayService], Controls = Serves("CLI-2") },
        new ClientMemory { Port = appliance.Gateway.HealthPort, Most = appliance.Web.ClientMemory, DependsOn = [gatewayService], Controls = Serves("CLI-3") },
    ];

    private static IEnumerable<Resource> NotYet() =>
    [
        new NobodyCanSayYet { Name = "retention", What = "images and logs are deleted in time", Why = "this version of the gateway deletes logs, but no images yet", Controls = Serves("X-RET") },
        new NobodyCanSayYet { Name = "access-log", What = "access to patient data is logged", Why = "this version of the gateway shows nobody any images yet", Controls = Serves("X-LOG") },
        new NobodyCanSayYet { Name = "constancy", What = "daily and monthly tests of the transmission", Why = "this version of the gateway transmits nothing yet", Controls = Serves("X-DIN") },
    ];

    private Payload PayloadOf(ItemId id) => appliance.Payloads.First(p => p.Id == id);

    // The folder of the manifest that holds a path most closely.
    private IReadOnlyList<ResourceId> FoldersHolding(WindowsPath path) =>
        appliance.Folders.Where(f => f.Path.Contains(path)).MaxBy(f => f.Path.Text.Length) is { } folder ? [new(Folder.Kind, folder.Id.Text)] : [];

    private static IReadOnlyList<ControlId> Serves(params string[] ids) => [.. ids.Select(ControlId.Of)];
}
