using System.Globalization;
using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Gateway.Rig.PowerShellServer.Contract.CimCmdlets;

/// <summary>A class of WMI.</summary>
/// <param name="Namespace">Where it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Properties">Its properties with their CIM types.</param>
internal sealed record CimClass(string Namespace, string Name, IReadOnlyDictionary<string, string> Properties);

/// <summary>The classes that the rig knows, each with the properties of its page on Microsoft Learn as far as the product could want them.</summary>
internal static class CimSchema
{
    /// <summary>Where BitLocker's classes are, once the feature is installed.</summary>
    public const string VolumeEncryption = "root/cimv2/Security/MicrosoftVolumeEncryption";

    /// <summary>Where a client's Security Center is.</summary>
    public const string SecurityCenter = "root/SecurityCenter2";

    /// <summary>Where Device Guard's class is, on every supported Windows.</summary>
    public const string DeviceGuard = "root/Microsoft/Windows/DeviceGuard";

    /// <summary>Where the network's classes are, on every supported Windows.</summary>
    public const string StandardCim = "root/StandardCimv2";

    private static readonly IReadOnlyList<CimClass> Classes =
    [
        Of("root/cimv2", "Win32_OperatingSystem", "string Caption, string Version, string BuildNumber, uint32 ProductType, string OSArchitecture, uint32 OSLanguage, uint64 TotalVisibleMemorySize, string SystemDrive"),
        Of("root/cimv2", "Win32_ComputerSystem",
            "string Name, string Manufacturer, string Model, boolean HypervisorPresent, uint32 NumberOfProcessors, uint32 NumberOfLogicalProcessors, uint64 TotalPhysicalMemory, boolean PartOfDomain, string Domain, uint16 DomainRole"),
        Of("root/cimv2", "Win32_ComputerSystemProduct", "string Name, string Vendor, string Version, string IdentifyingNumber, string UUID"),
        Of("root/cimv2", "Win32_Processor", "string DeviceID, string Name, uint32 NumberOfCores, uint32 NumberOfLogicalProcessors, string SocketDesignation"),
        Of("root/cimv2", "Win32_QuickFixEngineering", "string HotFixID, string Description, string InstalledOn, string InstalledBy, string CSName"),

        // The last four are on every machine since Windows 10, and not on the page.
        Of(VolumeEncryption, "Win32_EncryptableVolume",
            "string DeviceID, string PersistentVolumeID, string DriveLetter, uint32 ProtectionStatus, uint32 ConversionStatus, uint32 EncryptionMethod, boolean IsVolumeInitializedForProtection, uint32 VolumeType"),
        // "Enable virtualization-based protection of code integrity", "Validate enabled VBS and memory integrity features".
        Of(DeviceGuard, "Win32_DeviceGuard", "string InstanceIdentifier, string Version, uint32 CodeIntegrityPolicyEnforcementStatus, uint32 UsermodeCodeIntegrityPolicyEnforcementStatus, uint32 VirtualizationBasedSecurityStatus"),

        // "MSFT_NetConnectionProfile class".
        Of(StandardCim, "MSFT_NetConnectionProfile", "string Name, string InterfaceAlias, uint32 InterfaceIndex, uint32 NetworkCategory, uint32 IPv4Connectivity, uint32 IPv6Connectivity"),
        Of(SecurityCenter, "AntiVirusProduct", "string displayName, string instanceGuid, uint32 productState, string pathToSignedProductExe, string pathToSignedReportingExe, string timestamp"),
    ];

    /// <summary>Namespaces that every machine has.</summary>
    public static IReadOnlyList<string> Everywhere { get; } = ["root/cimv2", DeviceGuard, StandardCim];

    /// <summary>A namespace in one way of writing it.</summary>
    public static string Normalized(string space) => space.Replace('\\', '/').Trim('/');

    /// <summary>A class by its name, in any case; null where there is none.</summary>
    public static CimClass? Find(string space, string name) => Classes.FirstOrDefault(one =>
        one.Namespace.Equals(space, StringComparison.OrdinalIgnoreCase) && one.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a namespace answers administrators only.</summary>
    public static bool NeedsAdministrator(string space) => space.Equals(VolumeEncryption, StringComparison.OrdinalIgnoreCase);

    /// <summary>An instance as it crosses the pipe. A property that was not asked for is there and empty ("Get-CimInstance", -Property).</summary>
    public static PSObject Made(CimClass from, JsonObject values, HashSet<string>? asked, bool displayed)
    {
        var unknown = values.Select(value => value.Key).Where(name => !from.Properties.ContainsKey(name)).ToList();
        if (unknown.Count > 0)
            throw new InvalidOperationException($"The state file gives {from.Name} a {unknown[0]}, and the class has none.");
        return CimObject.In(from.Namespace, from.Name, from.Properties.Select(property =>
            (property.Key, asked is null || asked.Contains(property.Key) ? Value(from, property.Key, property.Value, values[property.Key], displayed) : null)));
    }

    // PowerShell's own type file makes a date of InstalledOn, read with the invariant culture's names (types.ps1xml of Windows PowerShell 5.1).
    private static object? Value(CimClass from, string property, string type, JsonNode? value, bool displayed) => value is null ? null : type switch
    {
        "string" when displayed && from.Name == "Win32_QuickFixEngineering" && property == "InstalledOn" =>
            DateTime.TryParse(value.GetValue<string>(), CultureInfo.InvariantCulture, out var date) ? date : null,
        "string" => value.GetValue<string>(),
        "boolean" => value.GetValue<bool>(),
        "uint16" => value.GetValue<ushort>(),
        "uint32" => value.GetValue<uint>(),
        "uint64" => value.GetValue<ulong>(),
        _ => throw new InvalidOperationException($"{from.Name}.{property} is of a type that the rig does not know: {type}"),
    };

    private static CimClass Of(string space, string name, string properties) => new(space, name, properties.Split(", ")
        .Select(property => property.Split(' ')).ToDictionary(property => property[1], property => property[0], StringComparer.OrdinalIgnoreCase));
}
