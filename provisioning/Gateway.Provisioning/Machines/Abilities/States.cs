using System.Text.Json.Serialization;
using Gateway.Provisioning.Manifest.Sections;

namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>A folder's owner and access rights.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Sddl">Owner and discretionary access list as SDDL.</param>
public sealed record FolderRights(string Path, string Sddl);

/// <summary>A value below HKEY_LOCAL_MACHINE. The product writes text; whatever else it finds is kept byte by byte, so that it can be put back.</summary>
/// <param name="Key">The key below HKEY_LOCAL_MACHINE.</param>
/// <param name="Name">The value's name.</param>
/// <param name="Text">Its text when it is one (REG_SZ), otherwise its bytes as hexadecimal digits.</param>
/// <param name="Type">Its type as Windows numbers it ("Registry Value Types", Microsoft Learn).</param>
public sealed record RegistryValue(string Key, string Name, string Text, int Type = RegistryValue.TextType)
{
    /// <summary>REG_SZ.</summary>
    public const int TextType = 1;

    private static readonly string[] TypeNames =
    [
        "REG_NONE", "REG_SZ", "REG_EXPAND_SZ", "REG_BINARY", "REG_DWORD", "REG_DWORD_BIG_ENDIAN", "REG_LINK", "REG_MULTI_SZ",
        "REG_RESOURCE_LIST", "REG_FULL_RESOURCE_DESCRIPTOR", "REG_RESOURCE_REQUIREMENTS_LIST", "REG_QWORD",
    ];

    /// <summary>Its type in Windows' words.</summary>
    [JsonIgnore]
    public string TypeName => Type >= 0 && Type < TypeNames.Length ? TypeNames[Type] : $"type {Type}";
}

/// <summary>When a service starts.</summary>
public enum ServiceStart
{
    /// <summary>With the machine.</summary>
    Automatic,

    /// <summary>Shortly after the machine.</summary>
    DelayedAutomatic,

    /// <summary>On demand.</summary>
    Manual,

    /// <summary>Never.</summary>
    Disabled,
}

/// <summary>A Windows service as the service control manager knows it.</summary>
/// <param name="Name">Service name.</param>
/// <param name="DisplayName">Display name.</param>
/// <param name="CommandLine">Program with its arguments (<c>lpBinaryPathName</c>); empty in recorded facts when it is not the appliance's service.</param>
/// <param name="Account">Account (<c>NT SERVICE\name</c>, <c>LocalSystem</c>); empty in recorded facts when it is not the appliance's service.</param>
/// <param name="Start">When it starts.</param>
/// <param name="RestartOnFailure">Whether the service control manager restarts it after a failure.</param>
/// <param name="DependsOn">Services that must run first.</param>
/// <param name="Running">Whether it runs.</param>
/// <param name="Version">Version of its program, where known.</param>
public sealed record ServiceState(
    string Name,
    string DisplayName,
    string CommandLine,
    string Account,
    ServiceStart Start,
    bool RestartOnFailure,
    IReadOnlyList<string> DependsOn,
    bool Running,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Version = null)
{
    /// <summary>Why nobody may read its configuration, or null; then only names and whether it runs are known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Unreadable { get; init; }
}

/// <summary>Direction of a firewall rule (MSFT_NetFirewallRule.Direction).</summary>
public enum RuleDirection
{
    /// <summary>1.</summary>
    Inbound,

    /// <summary>2.</summary>
    Outbound,
}

/// <summary>What a firewall rule does (MSFT_NetFirewallRule.Action).</summary>
public enum RuleAction
{
    /// <summary>2.</summary>
    Allow,

    /// <summary>3: authenticated connections pass block rules too.</summary>
    AllowBypass,

    /// <summary>4.</summary>
    Block,
}

/// <summary>A rule of the firewall, in effect or not.</summary>
/// <param name="Name">Its unique name.</param>
/// <param name="DisplayName">What an administrator sees.</param>
/// <param name="Group">Its group.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Direction">In or out.</param>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Ports">Local ports of an inbound rule, remote ports of an outbound one.</param>
/// <param name="Program">The program that it is limited to, or null for any.</param>
/// <param name="RemoteAddresses">The other side, in no order.</param>
/// <param name="Enabled">Whether it is switched on.</param>
/// <param name="Effective">Whether it is enforced; group policy can disable an existing rule.</param>
public sealed record FirewallRule(
    string Name,
    string DisplayName,
    string Group,
    string Description,
    RuleDirection Direction,
    TransportProtocol Protocol,
    IReadOnlyList<string> Ports,
    string? Program,
    IReadOnlyList<string> RemoteAddresses,
    bool Enabled,
    bool Effective)
{
    /// <summary>How the names of our rules begin.</summary>
    public const string OurPrefix = "GW-";

    /// <summary>Whether it allows or blocks.</summary>
    public RuleAction Action { get; init; } = RuleAction.Allow;

    /// <summary>The network profiles in which it applies: <c>Any</c>, or names with commas.</summary>
    public string Profile { get; init; } = "Any";

    /// <summary>The addresses of this machine that it is limited to, in no order.</summary>
    public IReadOnlyList<string> LocalAddresses { get; init; } = ["Any"];

    /// <summary>Why it is not enforced, as Windows names it, or null when it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NotEnforced { get; init; }
}

/// <summary>A firewall profile's defaults.</summary>
/// <param name="Name">Domain, Private or Public.</param>
/// <param name="Enabled">Whether the firewall is on.</param>
/// <param name="BlocksInbound">Whether inbound traffic without a rule is blocked.</param>
/// <param name="BlocksOutbound">Whether outbound traffic without a rule is blocked.</param>
public sealed record FirewallProfile(string Name, bool Enabled, bool BlocksInbound, bool BlocksOutbound);

/// <summary>The firewall.</summary>
/// <param name="Profiles">Its profiles.</param>
/// <param name="Rules">The rules of our group, and foreign ones that carry one of our names.</param>
public sealed record FirewallState(IReadOnlyList<FirewallProfile> Profiles, IReadOnlyList<FirewallRule> Rules);

/// <summary>Kinds of exclusions.</summary>
public enum ExclusionKind
{
    /// <summary>A folder and what lies in it.</summary>
    Folder,

    /// <summary>What a process opens.</summary>
    Process,

    /// <summary>Files with an extension.</summary>
    Extension,
}

/// <summary>An exclusion of the virus scanner.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Value">Folder, executable or extension.</param>
public sealed record Exclusion(ExclusionKind Kind, string Value);

/// <summary>A virus scanner.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Active">Whether it protects.</param>
/// <param name="SignatureAgeDays">Age of its signatures, days, or null when nobody could say.</param>
/// <param name="ExclusionsReadable">Whether its exclusions can be read and set (Microsoft Defender) or not (a third party's).</param>
public sealed record AntivirusProduct(string Name, bool Active, int? SignatureAgeDays, bool ExclusionsReadable);

/// <summary>Virus scanners and effective exclusions.</summary>
/// <param name="Products">Scanners.</param>
/// <param name="Exclusions">Effective exclusions of the one that can be read.</param>
/// <param name="ExclusionsLocked">Whether policy or tamper protection swallows changes.</param>
public sealed record AntivirusState(IReadOnlyList<AntivirusProduct> Products, IReadOnlyList<Exclusion> Exclusions, bool ExclusionsLocked);

/// <summary>A scheduled task that runs once a day.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Execute">The program.</param>
/// <param name="Arguments">Its arguments; never a secret.</param>
/// <param name="DailyAt">Time of day on the machine's clock.</param>
/// <param name="Account">The account that it runs as.</param>
/// <param name="Enabled">Whether it is switched on.</param>
/// <param name="RegisteredAt">When it was registered (UTC).</param>
/// <param name="LastRun">When it ran last (UTC), or null.</param>
/// <param name="LastResult">Exit code of the last run, or null.</param>
public sealed record ScheduledTaskState(
    string Name,
    string Execute,
    string Arguments,
    string DailyAt,
    string Account,
    bool Enabled,
    DateTimeOffset? RegisteredAt = null,
    DateTimeOffset? LastRun = null,
    int? LastResult = null);

/// <summary>A third-party package.</summary>
/// <param name="Id">The payload's id.</param>
/// <param name="Version">Installed version.</param>
public sealed record PackageState(string Id, string Version);

/// <summary>A certificate of the machine store.</summary>
/// <param name="Subject">Subject.</param>
/// <param name="Issuer">Issuer.</param>
/// <param name="NotAfter">End of its life (UTC).</param>
/// <param name="HasPrivateKey">Whether its private key is there.</param>
/// <param name="RootSha256">SHA-256 of the root of its chain, or null when the chain is not complete.</param>
public sealed record CertificateState(string Subject, string Issuer, DateTimeOffset NotAfter, bool HasPrivateKey, string? RootSha256);

/// <summary>A share.</summary>
/// <param name="Name">Share name.</param>
/// <param name="Path">What it shares.</param>
/// <param name="IsAdministrativeDefault">Whether Windows made it itself (C$, ADMIN$, IPC$).</param>
public sealed record ShareState(string Name, string Path, bool IsAdministrativeDefault);

/// <summary>A listening socket.</summary>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Address">Local address.</param>
/// <param name="Port">Port.</param>
/// <param name="Process">The process behind it.</param>
public sealed record ListenerState(TransportProtocol Protocol, string Address, int Port, string Process);

/// <summary>What a probe does after it has connected.</summary>
public enum ProbeKind
{
    /// <summary>Connects only.</summary>
    Tcp,

    /// <summary>SMTP greeting, EHLO, STARTTLS (RFC 3207), TLS handshake.</summary>
    SmtpStartTls,

    /// <summary>TLS handshake at once.</summary>
    Tls,
}

/// <summary>What a probe of one host and port gave.</summary>
/// <param name="Host">The host as the manifest names it.</param>
/// <param name="Port">The port as the manifest names it.</param>
/// <param name="Connected">Whether a connection came about.</param>
/// <param name="Tls">The negotiated protocol (<c>TLS 1.2</c>), or null when no TLS came about.</param>
/// <param name="Issuer">Issuer of the certificate seen, or null.</param>
/// <param name="RootSha256">SHA-256 of the root of the chain seen, or null.</param>
/// <param name="ClientCertificateAccepted">Whether the server accepted our certificate, or null when it was not asked.</param>
/// <param name="Failure">What went wrong, or null.</param>
public sealed record ProbeResult(
    string Host,
    int Port,
    bool Connected,
    string? Tls = null,
    string? Issuer = null,
    string? RootSha256 = null,
    bool? ClientCertificateAccepted = null,
    string? Failure = null);

/// <summary>The monitoring agent.</summary>
/// <param name="Registered">Whether it is registered with a server.</param>
/// <param name="Server">The server and port that it is registered with, or null.</param>
/// <param name="Encrypted">Whether it refuses unencrypted legacy connections.</param>
/// <param name="Sections">The sections that it really sends.</param>
/// <param name="LocalChecks">The local checks that it really runs.</param>
public sealed record MonitoringState(bool Registered, string? Server, bool Encrypted, IReadOnlyList<string> Sections, IReadOnlyList<string> LocalChecks);

/// <summary>What the running gateway says about itself.</summary>
/// <param name="Status"><c>healthy</c> or <c>degraded</c>.</param>
/// <param name="Version">Its version.</param>
/// <param name="AeTitle">Its AE title.</param>
/// <param name="WebClientServed">Whether it serves the web client.</param>
/// <param name="TestedBrowsers">Browsers that this release was tested in.</param>
/// <param name="ClientMemoryBytes">Measured memory of a client's page with a large study, bytes, or null.</param>
/// <param name="ProcessId">Its process, by which a rehearsal tells its own from another's; in no record.</param>
public sealed record GatewayHealthState(
    string Status,
    string Version,
    string AeTitle,
    bool WebClientServed,
    IReadOnlyList<string> TestedBrowsers,
    long? ClientMemoryBytes,
    [property: JsonIgnore] int ProcessId = 0);
