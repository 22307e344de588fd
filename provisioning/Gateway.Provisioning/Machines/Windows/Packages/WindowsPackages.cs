using System.Runtime.Versioning;
using System.Security.AccessControl;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;
using Microsoft.Win32;

namespace Gateway.Provisioning.Machines.Windows.Packages;

/// <summary>Third-party packages of this computer: the database from its archive, the monitoring agent from its MSI.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsPackages : IPackages
{
    private const string Uninstall = @"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall";
    private readonly PayloadCopies payloads;
    private readonly DatabaseArchive database;
    private readonly MsiPackage agent;
    private readonly string databaseId;
    private readonly string agentId;

    /// <summary>The packages of an appliance.</summary>
    /// <param name="appliance">The appliance.</param>
    /// <param name="stateRoot">Where the product keeps its copies and records.</param>
    /// <param name="services">The machine's services.</param>
    /// <param name="secrets">The machine's secrets.</param>
    public WindowsPackages(Appliance appliance, string stateRoot, IServices services, WindowsSecrets secrets)
    {
        var folder = Path.Combine(stateRoot, "packages");
        payloads = new PayloadCopies(appliance.PayloadFolder, folder);
        (databaseId, agentId) = (appliance.Database.Payload.Text, appliance.Monitoring.Payload.Text);
        database = new DatabaseArchive(
            appliance.Database.ProgramFolder.Text, appliance.Database.DataFolder.Text, Path.Combine(folder, $"{databaseId}.json"),
            new DatabaseSurroundings(secrets.PasswordOf, cancel => StopAsync(services, appliance.Database.ServiceName, cancel), InheritRights));
        agent = new MsiPackage(Path.Combine(folder, $"{agentId}.json"), folder, AgentOfSomebody);
    }

    /// <inheritdoc/>
    public Provenance Provenance { get; } = new(Source.Measured, "Windows Installer, program files");

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PackageState>> ReadAsync(CancellationToken cancel) =>
        [.. new[] { await database.ReadAsync(databaseId, cancel), agent.Read(agentId) }.OfType<PackageState>()];

    /// <inheritdoc/>
    public bool IsInstallerBusy => WindowsInstaller.IsBusy();

    /// <inheritdoc/>
    public Task TakeOverAsync(string file, Sha256Digest? sha256, CancellationToken cancel) => payloads.TakeAsync(file, sha256, cancel);

    /// <inheritdoc/>
    public async Task InstallAsync(string id, string version, string file, Sha256Digest? sha256, CancellationToken cancel)
    {
        var payload = await payloads.TakeAsync(file, sha256, cancel);
        if (id == databaseId)
            await database.InstallAsync(payload, file, sha256!.Value, cancel);
        else if (id == agentId)
            await agent.InstallAsync(payload, file, sha256!.Value, cancel);
        else
            throw NobodysPackage(id);
    }

    /// <inheritdoc/>
    public Task RemoveAsync(string id, string file, CancellationToken cancel) =>
        id == databaseId ? database.RemoveAsync(cancel)
        : id == agentId ? agent.RemoveAsync(cancel)
        : throw NobodysPackage(id);

    private static async Task StopAsync(IServices services, string name, CancellationToken cancel)
    {
        if ((await services.ReadAsync(cancel)).Any(s => s.Running && s.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            await services.StopAsync(name, cancel);
    }

    private static void InheritRights(string folder)
    {
        if (WindowsFiles.IsWine())
            return; // which keeps no access rights
        var rights = new DirectorySecurity();
        rights.SetAccessRuleProtection(isProtected: false, preserveInheritance: false);
        new DirectoryInfo(folder).SetAccessControl(rights);
    }

    // The agent's installer names itself so in "Apps", in either view of the registry.
    private static string? AgentOfSomebody()
    {
        foreach (var view in new[] { RegistryView.Registry64, RegistryView.Registry32 })
        {
            using var machine = RegistryKey.OpenBaseKey(RegistryHive.LocalMachine, view);
            using var apps = machine.OpenSubKey(Uninstall);
            foreach (var name in apps?.GetSubKeyNames() ?? [])
            {
                using var app = apps!.OpenSubKey(name);
                if (app?.GetValue("DisplayName") is string called && called.Replace('_', ' ').StartsWith(CheckmkAgent.ProductName, StringComparison.OrdinalIgnoreCase))
                    return app.GetValue("DisplayVersion") as string ?? "of unknown version";
            }
        }

        return null;
    }

    private static RefusedException NobodysPackage(string id) =>
        new(Diagnostic.Error("GW2510", $"The payload {id} is neither the database's nor the monitoring agent's.", "Name it in the manifest's database.payload or monitoring.payload."));
}
