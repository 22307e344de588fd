using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources.Assertions;
using Gateway.Provisioning.Resources.Managed;

namespace Gateway.Provisioning.Resources;

/// <content>Database, gateway and backup.</content>
public sealed partial class ApplianceResources
{
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
        yield return new Package { Payload = PayloadOf(database.Payload), DependsOn = [.. FoldersHolding(database.ProgramFolder), .. FoldersHolding(database.DataFolder), file.Id] };
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
        var events = SourceOfEvents("event-source-gateway", EventSource.Gateway);
        yield return events;
        yield return new WindowsService
        {
            Service = new ServiceState(
                gateway.ServiceName, "DICOM-Mail Gateway",
                $"\"{gateway.ProgramFolderOfThisVersion().Join("Gateway.Service.exe")}\" --config \"{path}\"",
                $@"NT SERVICE\{gateway.ServiceName}", ServiceStart.DelayedAutomatic, RestartOnFailure: true, [], Running: true),
            DependsOn = [gatewayConfiguration, events.Id, .. FoldersHolding(gateway.DataFolder), .. FoldersHolding(gateway.LogFolder), .. FoldersHolding(gateway.ImageFolder), .. FoldersHolding(appliance.Mail.ScanFolder)],
            RestartedBy = [gatewayConfiguration],
        };
        yield return new GatewayAnswers { Port = gateway.HealthPort, AeTitle = gateway.AeTitle, DependsOn = [gatewayService] };
    }

    // The file of the texts is not asked for: it lies with the program, and without it an event shows its text all the same, below a complaint of Windows.
    private IEnumerable<Resource> Provisioning()
    {
        var events = SourceOfEvents("event-source", ProvisioningService.Name);
        yield return events;
        yield return new WindowsService
        {
            Service = new ServiceState(
                ProvisioningService.Name, ProvisioningService.DisplayName,
                $"\"{Gwctl}\" service",
                ProvisioningService.Account, ServiceStart.DelayedAutomatic, RestartOnFailure: true, [], Running: true),
            DependsOn = [events.Id],
        };
    }

    private RegistryEntry SourceOfEvents(string name, string source) => new()
    {
        Name = ItemId.Of(name),
        Value = new RegistryValue(
            EventSource.KeyOf(source), EventSource.Messages, appliance.Gateway.ProgramFolderOfThisVersion().Join(EventSource.MessageFile).Text),
    };

    private IEnumerable<Resource> Backup()
    {
        var backup = appliance.Backup;
        var task = new DailyTask
        {
            Task = new ScheduledTaskState(
                BackupTask, appliance.Gateway.ProgramFolderOfThisVersion().Join("Gateway.Service.exe").Text,
                string.Join(' ', BackupArguments.Of(appliance).Select((word, index) => index == 0 || word.StartsWith("--", StringComparison.Ordinal) || int.TryParse(word, out _) ? word : $"\"{word}\"")),
                backup.At.Text, "SYSTEM", Enabled: true),
            DependsOn = [.. FoldersHolding(backup.Folder), gatewayConfiguration],
            Controls = Serves("BAK-1", "BAK-2"),
        };
        yield return task;
        yield return new BackupRan { Task = BackupTask, Folder = backup.Folder, DependsOn = [task.Id], Controls = Serves("BAK-1") };
        yield return new BackupsKept { Task = BackupTask, Folder = backup.Folder, KeepDays = backup.KeepDays, DependsOn = [task.Id], Controls = Serves("BAK-2") };
        if (backup.CopyTo is { } share)
            yield return new CopyAccount { CopyTo = share, Controls = Serves("BAK-3") };
        yield return new BackupCopied { Task = BackupTask, CopyTo = backup.CopyTo, DependsOn = [task.Id], Controls = Serves("BAK-3") };
    }
}
