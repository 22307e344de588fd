// The value sets of the NetSecurity module, under the type names that the table of parameters has (CDXML generates them on Windows).
// Names: "New-NetFirewallRule", "Set-NetFirewallRule", "Set-NetFirewallProfile", Windows Server 2016 pages of Microsoft Learn.
// Numbers: "MSFT_NetFirewallRule class", "MSFT_NetFirewallProfile class", Microsoft Learn. CIM's uint16 stands behind each.
#pragma warning disable CA1008, CA1028, CA1027, CA1069, CA2217 // numbers and widths are Windows' own
#pragma warning disable IDE0130 // so is the namespace

namespace Microsoft.PowerShell.Cmdletization.GeneratedTypes.NetSecurity;

public enum Action : ushort
{
    NotConfigured = 0,
    Allow = 2,
    Block = 4,
}

public enum Authentication : ushort
{
    NotRequired = 0,
    Required = 1,
    NoEncap = 2,
}

public enum Direction : ushort
{
    Inbound = 1,
    Outbound = 2,
}

public enum DynamicTransport : uint
{
    Any = 0,
    ProximityApps = 1,
    ProximitySharing = 2,
    WifiDirectPrinting = 3,
    WifiDirectDisplay = 4,
    WifiDirectDevices = 5,
}

public enum EdgeTraversal : ushort
{
    Block = 0,
    Allow = 1,
    DeferToUser = 2,
    DeferToApp = 3,
}

/// <summary>Text, not a boolean: $true and $false are no values of it ("New-NetFirewallRule", -Enabled).</summary>
public enum Enabled : ushort
{
    True = 1,
    False = 2,
}

public enum Encryption : ushort
{
    NotRequired = 0,
    Required = 1,
    Dynamic = 2,
}

/// <summary>"MSFT_NetFirewallRule class", EnforcementStatus; names as that page has them.</summary>
public enum EnforcementStatus : ushort
{
    Invalid = 0,
    Full = 1,
    FirewallOffInProfile = 2,
    CategoryOff = 3,
    DisabledObject = 4,
    InactiveProfile = 5,
    LocalFirewallRulesDisallowed = 16,
}

public enum GpoBoolean : ushort
{
    False = 0,
    True = 1,
    NotConfigured = 2,
}

[Flags]
public enum InterfaceType : uint
{
    Any = 0,
    Wired = 1,
    Wireless = 2,
    RemoteAccess = 4,
}

public enum PolicyStoreType : ushort
{
    None = 0,
    Local = 1,
    GroupPolicy = 2,
    Dynamic = 3,
    Generated = 4,
    Hardcoded = 5,
}

public enum PrimaryStatus : ushort
{
    Unknown = 0,
    OK = 1,
    Inactive = 2,
    Error = 3,
}

[Flags]
public enum Profile : ushort
{
    Any = 0,
    Domain = 1,
    Private = 2,
    Public = 4,
    NotApplicable = 65535,
}
