using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>An ability says how it knows. Each query fetches everything of its kind at once; whoever wants one joins in memory.</summary>
public interface IAbility
{
    /// <summary>Measured or modelled, and by which interface.</summary>
    Provenance Provenance { get; }
}

/// <summary>What the machine is.</summary>
public interface IMachineFacts : IAbility
{
    /// <summary>The operating system.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<OperatingSystemFacts> OperatingSystemAsync(CancellationToken cancel);

    /// <summary>Processor, memory, physical or virtual.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<HardwareFacts> HardwareAsync(CancellationToken cancel);

    /// <summary>Volumes with a drive letter.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<IReadOnlyList<VolumeFacts>> VolumesAsync(CancellationToken cancel);

    /// <summary>Windows Update.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<UpdateFacts> UpdatesAsync(CancellationToken cancel);

    /// <summary>The clock.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<TimeFacts> TimeAsync(CancellationToken cancel);

    /// <summary>Backups in the backup folder.</summary>
    /// <param name="folder">The backup folder.</param>
    /// <param name="cancel">Cancels.</param>
    Task<IReadOnlyList<BackupState>> BackupsAsync(WindowsPath folder, CancellationToken cancel);
}

/// <summary>Folders, files and their access rights. Paths are the machine's.</summary>
public interface IFiles : IAbility
{
    /// <summary>How access rights are known; a rehearsal models them while its folders are real.</summary>
    Provenance RightsProvenance { get; }

    /// <summary>Why access rights cannot be known on this machine, or null when they can.</summary>
    string? WhyRightsUnknown { get; }

    /// <summary>Whether a folder exists.</summary>
    /// <param name="path">The folder.</param>
    bool FolderExists(WindowsPath path);

    /// <summary>Whether a file exists.</summary>
    /// <param name="path">The file.</param>
    bool FileExists(WindowsPath path);

    /// <summary>A folder's owner and access rights, or null when there is none.</summary>
    /// <param name="path">The folder.</param>
    string? ReadRights(WindowsPath path);

    /// <summary>Makes a folder and those above it.</summary>
    /// <param name="path">The folder.</param>
    void CreateFolder(WindowsPath path);

    /// <summary>Sets a folder's owner and access rights.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="sddl">SDDL.</param>
    void WriteRights(WindowsPath path, string sddl);

    /// <summary>Removes a folder when it is empty; says whether it is gone.</summary>
    /// <param name="path">The folder.</param>
    bool RemoveFolderIfEmpty(WindowsPath path);

    /// <summary>A file's bytes, or null when there is none.</summary>
    /// <param name="path">The file.</param>
    byte[]? ReadFile(WindowsPath path);

    /// <summary>Writes a file whole: to a temporary file, flushed to the device, renamed into place.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its bytes.</param>
    void WriteFile(WindowsPath path, byte[] content);

    /// <summary>Removes a file; nothing happens when there is none.</summary>
    /// <param name="path">The file.</param>
    void RemoveFile(WindowsPath path);
}

/// <summary>Values below HKEY_LOCAL_MACHINE, in the 64-bit view.</summary>
public interface IRegistry : IAbility
{
    /// <summary>A value of whatever type, or null when there is none.</summary>
    /// <param name="key">The key below HKEY_LOCAL_MACHINE.</param>
    /// <param name="name">The value's name.</param>
    RegistryValue? Read(string key, string name);

    /// <summary>Sets a value with its type, making its key.</summary>
    /// <param name="value">The value.</param>
    void Write(RegistryValue value);

    /// <summary>Removes a value, and its key and those above it while they are empty and below SOFTWARE.</summary>
    /// <param name="key">The key.</param>
    /// <param name="name">The value's name.</param>
    void Remove(string key, string name);
}

/// <summary>Windows services.</summary>
public interface IServices : IAbility
{
    /// <summary>Why delayed start and failure actions cannot be known on this machine, or null when they can.</summary>
    string? WhyRecoveryUnknown { get; }

    /// <summary>Every service.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<IReadOnlyList<ServiceState>> ReadAsync(CancellationToken cancel);

    /// <summary>Creates a service or changes its configuration; does not start it.</summary>
    /// <param name="service">The service; <see cref="ServiceState.Running"/> and version are not looked at.</param>
    /// <param name="cancel">Cancels.</param>
    Task ConfigureAsync(ServiceState service, CancellationToken cancel);

    /// <summary>Stops and deletes a service; nothing happens when there is none.</summary>
    /// <param name="name">Service name.</param>
    /// <param name="cancel">Cancels.</param>
    Task DeleteAsync(string name, CancellationToken cancel);

    /// <summary>Starts a service and waits until it runs.</summary>
    /// <param name="name">Service name.</param>
    /// <param name="cancel">Cancels.</param>
    Task StartAsync(string name, CancellationToken cancel);

    /// <summary>Stops a service and waits until it has stopped.</summary>
    /// <param name="name">Service name.</param>
    /// <param name="cancel">Cancels.</param>
    Task StopAsync(string name, CancellationToken cancel);
}

/// <summary>The firewall.</summary>
public interface IFirewall : IAbility
{
    /// <summary>Profiles, and the rules of a group in effect.</summary>
    /// <param name="group">The group.</param>
    /// <param name="cancel">Cancels.</param>
    Task<FirewallState> ReadAsync(string group, CancellationToken cancel);

    /// <summary>Creates a rule or makes an existing one equal to it.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="cancel">Cancels.</param>
    Task PutAsync(FirewallRule rule, CancellationToken cancel);

    /// <summary>Removes a rule; nothing happens when there is none.</summary>
    /// <param name="name">Its unique name.</param>
    /// <param name="cancel">Cancels.</param>
    Task RemoveAsync(string name, CancellationToken cancel);

    /// <summary>Sets what a profile does with outbound traffic that no rule names.</summary>
    /// <param name="profile">Domain, Private or Public.</param>
    /// <param name="block">Whether it is blocked.</param>
    /// <param name="cancel">Cancels.</param>
    Task SetOutboundDefaultAsync(string profile, bool block, CancellationToken cancel);
}

/// <summary>The virus scanner.</summary>
public interface IAntivirus : IAbility
{
    /// <summary>Scanners and effective exclusions.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<AntivirusState> ReadAsync(CancellationToken cancel);

    /// <summary>Adds an exclusion.</summary>
    /// <param name="exclusion">The exclusion.</param>
    /// <param name="cancel">Cancels.</param>
    Task AddAsync(Exclusion exclusion, CancellationToken cancel);

    /// <summary>Removes an exclusion; nothing happens when there is none.</summary>
    /// <param name="exclusion">The exclusion.</param>
    /// <param name="cancel">Cancels.</param>
    Task RemoveAsync(Exclusion exclusion, CancellationToken cancel);
}

/// <summary>Scheduled tasks.</summary>
public interface IScheduledTasks : IAbility
{
    /// <summary>The product's tasks.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<IReadOnlyList<ScheduledTaskState>> ReadAsync(CancellationToken cancel);

    /// <summary>Registers a task, in place of one of the same name.</summary>
    /// <param name="task">The task; what it did is not looked at.</param>
    /// <param name="cancel">Cancels.</param>
    Task PutAsync(ScheduledTaskState task, CancellationToken cancel);

    /// <summary>Removes a task; nothing happens when there is none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancel">Cancels.</param>
    Task RemoveAsync(string name, CancellationToken cancel);
}

/// <summary>Third-party packages.</summary>
public interface IPackages : IAbility
{
    /// <summary>Installed packages.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<IReadOnlyList<PackageState>> ReadAsync(CancellationToken cancel);

    /// <summary>Installs a package.</summary>
    /// <param name="id">The payload's id.</param>
    /// <param name="version">Its version.</param>
    /// <param name="file">Its file name.</param>
    /// <param name="sha256">The digest that its file must have; null refuses on a real machine.</param>
    /// <param name="cancel">Cancels.</param>
    Task InstallAsync(string id, string version, string file, Sha256Digest? sha256, CancellationToken cancel);

    /// <summary>Removes a package that we installed; its data stay.</summary>
    /// <param name="id">The payload's id.</param>
    /// <param name="file">Its file name.</param>
    /// <param name="cancel">Cancels.</param>
    Task RemoveAsync(string id, string file, CancellationToken cancel);
}

/// <summary>Certificates of the machine store.</summary>
public interface ICertificates : IAbility
{
    /// <summary>Certificates of <c>LocalMachine\My</c>.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<IReadOnlyList<CertificateState>> ReadAsync(CancellationToken cancel);
}

/// <summary>Drive shares.</summary>
public interface IShares : IAbility
{
    /// <summary>Every share.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<IReadOnlyList<ShareState>> ReadAsync(CancellationToken cancel);
}

/// <summary>Names, listeners and probes.</summary>
public interface INetwork : IAbility
{
    /// <summary>Listening sockets.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<IReadOnlyList<ListenerState>> ListenersAsync(CancellationToken cancel);

    /// <summary>Connects to a host, as the service's account would. A refused connection is a result, not an error.</summary>
    /// <param name="host">The host.</param>
    /// <param name="port">The port.</param>
    /// <param name="kind">What is done after connecting.</param>
    /// <param name="cancel">Cancels.</param>
    Task<ProbeResult> ProbeAsync(HostName host, int port, ProbeKind kind, CancellationToken cancel);
}

/// <summary>The monitoring agent.</summary>
public interface IMonitoringAgent : IAbility
{
    /// <summary>Its registration and what it sends.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<MonitoringState> ReadAsync(CancellationToken cancel);

    /// <summary>Registers it; the secret goes over standard input.</summary>
    /// <param name="server">Server and port.</param>
    /// <param name="user">Account.</param>
    /// <param name="secret">Where the password comes from.</param>
    /// <param name="cancel">Cancels.</param>
    Task RegisterAsync(string server, string user, SecretReference secret, CancellationToken cancel);

    /// <summary>Takes its registration back.</summary>
    /// <param name="cancel">Cancels.</param>
    Task UnregisterAsync(CancellationToken cancel);
}

/// <summary>Where secrets lie.</summary>
public interface ISecrets : IAbility
{
    /// <summary>Null when the secret can be reached, otherwise why not. Never its value.</summary>
    /// <param name="reference">The reference.</param>
    string? WhyUnreachable(SecretReference reference);
}

/// <summary>The running gateway.</summary>
public interface IGatewayHealth : IAbility
{
    /// <summary>What it says about itself, or null when nobody answers.</summary>
    /// <param name="port">Its loopback port.</param>
    /// <param name="cancel">Cancels.</param>
    Task<GatewayHealthState?> ReadAsync(int port, CancellationToken cancel);
}
