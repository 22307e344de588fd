using System.Buffers.Binary;
using System.ComponentModel;
using System.Security;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// What stands above Defender's local settings: group policy, device management, and tamper protection of exclusions. Where each is kept:
/// "Troubleshoot Microsoft Defender Antivirus settings", "Manage tamper protection for your organization using Microsoft Intune", Microsoft Learn.
/// </summary>
internal sealed class DefenderPolicy(IRegistry registry)
{
    private const string GroupPolicy = @"SOFTWARE\Policies\Microsoft\Windows Defender";
    private const string DeviceManagement = GroupPolicy + @"\Policy Manager";
    private const string Features = @"SOFTWARE\Microsoft\Windows Defender\Features";
    private const int DwordType = 4;

    private static readonly Wording ByPolicy = new(
        "eine Richtlinie (DisableLocalAdminMerge) lässt nur ihre eigenen Ausnahmen gelten; die Administratoren der Domäne bitten, diese dort einzutragen",
        "policy (DisableLocalAdminMerge) lets only its own exclusions count; ask the domain's administrators to list this one there");

    private static readonly Wording ByTamperProtection = new(
        "der Manipulationsschutz von Microsoft Defender schützt Ausnahmen (TPExclusions); sie lassen sich nur dort ändern, wo er eingerichtet ist",
        "tamper protection of Microsoft Defender covers exclusions (TPExclusions); they can be changed only where it is managed");

    private const int AccessDenied = 5;

    /// <summary>Only what policy lists is excluded, whatever stands in the local lists ("Configure local administrator merge behavior for lists"; 1 in either of the two places).</summary>
    public bool IgnoresLocalLists => Number(GroupPolicy, "DisableLocalAdminMerge") == 1 || DeviceManagementIgnoresLocalLists;

    /// <summary>
    /// Nobody on this machine can say what is excluded: administrators are not shown it ("Defender CSP", HideExclusionsFromLocalAdmins), or it comes from device
    /// management, whose lists no document lets anybody tell from local ones.
    /// </summary>
    public bool HidesExclusions =>
        Number(GroupPolicy, "HideExclusionsFromLocalAdmins") == 1 || Number(DeviceManagement, "HideExclusionsFromLocalAdmins") == 1 || DeviceManagementIgnoresLocalLists;

    /// <summary>Who keeps local exclusions from being changed with effect, or null.</summary>
    /// <param name="isTamperProtected">Whether tamper protection is on; null where Defender does not say. It covers exclusions where TPExclusions is 1.</param>
    public Wording? LockOf(bool? isTamperProtected) =>
        IgnoresLocalLists ? ByPolicy : isTamperProtected != false && Number(Features, "TPExclusions") == 1 ? ByTamperProtection : null;

    private bool DeviceManagementIgnoresLocalLists => Number(DeviceManagement, "DisableLocalAdminMerge") == 1;

    /// <summary>Whether group policy lists an exclusion: as the name of a value below its list's key (WindowsDefender.admx, Exclusions_Paths and its neighbours).</summary>
    /// <param name="kind">Which list.</param>
    /// <param name="stored">The exclusion as it is stored.</param>
    public bool Lists(ExclusionKind kind, string stored) => Read($@"{GroupPolicy}\Exclusions\{KeyOf(kind)}", stored) is not null;

    private static string KeyOf(ExclusionKind kind) => kind switch
    {
        ExclusionKind.Folder => "Paths",
        ExclusionKind.Process => "Processes",
        _ => "Extensions",
    };

    private uint? Number(string key, string name) =>
        Read(key, name) is { Type: DwordType } value && Convert.FromHexString(value.Text) is { Length: sizeof(uint) } bytes ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : null;

    // A key that may not be read is not one without values.
    private RegistryValue? Read(string key, string name)
    {
        try
        {
            return registry.Read(key, name);
        }
        catch (Exception e) when (e is SecurityException or UnauthorizedAccessException or Win32Exception { NativeErrorCode: AccessDenied })
        {
            throw new NotAssessableException(new($@"HKLM\{key} lässt sich nicht lesen: {e.Message}", $@"HKLM\{key} cannot be read: {e.Message}"));
        }
    }
}
