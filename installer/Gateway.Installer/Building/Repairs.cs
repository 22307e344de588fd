using System.Globalization;

namespace Gateway.Installer.Building;

/// <summary>What wixl cannot say, as tables of their own ("Text Archive Files", Microsoft Learn: tab-separated, CRLF) and as statements.</summary>
internal static class Repairs
{
    /// <summary>Program folders: SYSTEM and Administrators have full control, ordinary users read; nothing comes from the drive, where they may write.</summary>
    public const string ProgramRights = "O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)";

    /// <summary>Right after InstallFinalize: an upgrade that fails has not yet touched the version before it ("RemoveExistingProducts Action").</summary>
    public const int RemovalOfOldVersions = 6602;

    /// <summary>What a machine must be for anything to begin: condition and message. "Server 2016, 2019, 2022" and "Windows 10, 11" are builds; their names are the language's.</summary>
    public static IReadOnlyList<(string Condition, string Message)> LaunchConditions { get; } =
    [
        ("NOT WIX_DOWNGRADE_DETECTED", "Eine neuere Version ist installiert. / A newer version is installed."),
        ("Installed OR VersionNT64", "Dieses Windows ist kein 64-Bit-Windows. / This Windows is not a 64-bit Windows."),
        ("Privileged", "Die Installation braucht Administratorrechte. / The installation needs an administrator's rights."),
        (
            "Installed OR (MsiNTProductType = 1 AND WINDOWSBUILD >= 10240) OR (MsiNTProductType > 1 AND (WINDOWSBUILD = 14393 OR WINDOWSBUILD = 17763 OR WINDOWSBUILD = 20348))",
            "Unterstützt werden Windows 10 und 11 und Windows Server 2016, 2019 und 2022; dieses ist Build [WINDOWSBUILD]. / Supported are Windows 10 and 11 and Windows Server 2016, 2019 and 2022; this is build [WINDOWSBUILD]."),
    ];

    /// <summary>
    /// The bridge's actions ("Custom Action Types", "Custom Action In-Script Execution Options"): a DLL in the Binary table is 1, a property that is set 51; deferred 1024, rollback 256, without
    /// impersonation 2048; in an immediate one 256 is once only. The rollback stands before its partner. Data of a deferred action is the property of its name.
    /// </summary>
    public static IReadOnlyList<BridgeAction> Actions { get; } =
    [
        new("CheckDrives", 1 + 256, "Bridge", "CheckDrives", 750, "NOT Installed"),
        new("SetUndo", 51, "Undo", Data, 1510, "NOT REMOVE=\"ALL\""),
        new("SetApply", 51, "Apply", Data, 1511, "NOT REMOVE=\"ALL\""),
        new("SetRemove", 51, "Remove", Data, 1512, "REMOVE=\"ALL\""),
        new("Remove", 1 + 1024 + 2048, "Bridge", "Remove", 3400, "REMOVE=\"ALL\" AND NOT UPGRADINGPRODUCTCODE"),
        new("Undo", 1 + 1024 + 256 + 2048, "Bridge", "Undo", 5890, "NOT REMOVE=\"ALL\""),
        new("Apply", 1 + 1024 + 2048, "Bridge", "Apply", 5900, "NOT REMOVE=\"ALL\""),
        new("AskForRestart", 1, "Bridge", "AskForRestart", 6601, "NOT REMOVE=\"ALL\""),
    ];

    /// <summary>Properties that a person sets, and that reach the part of the installation that runs as SYSTEM.</summary>
    public const string SecureProperties = "MANIFEST;OVERLAY;WIX_DOWNGRADE_DETECTED;WIX_UPGRADE_DETECTED";

    private const string Data = "[VersionFolder]gwctl.exe|[MANIFEST]|[OVERLAY]|[OriginalDatabase]";

    /// <summary>Folders whose rights the MSI sets.</summary>
    public static IReadOnlyList<string> LockedFolders { get; } = ["GatewayFolder", "VersionFolder"];

    /// <summary>Tables to import, by file name.</summary>
    /// <param name="packageCode">The package's code.</param>
    public static IReadOnlyList<(string Name, string Content)> Tables(Guid packageCode) =>
    [
        ("_ForceCodepage.idt", "\r\n\r\n1252\t_ForceCodepage\r\n"),
        ("LaunchCondition.idt", Table("LaunchCondition", "Condition", ["Condition", "Description"], ["s255", "l255"], LaunchConditions.Select(c => (string[])[c.Condition, c.Message]))),
        ("CustomAction.idt", Table("CustomAction", "Action", ["Action", "Type", "Source", "Target", "ExtendedType"], ["s72", "i2", "S72", "S255", "I4"],
            Actions.Select(action => (string[])[action.Name, Text(action.Type), action.Source, action.Target, ""]))),
        ("ActionText.idt", Table("ActionText", "Action", ["Action", "Description", "Template"], ["s72", "L0", "L0"],
        [
            ["Apply", "Das Gateway wird eingerichtet / The gateway is being set up", "[1]"],
            ["Undo", "Was eingerichtet wurde, wird zurückgenommen / What was set up is taken back", "[1]"],
            ["Remove", "Das Gateway wird zurückgenommen; Daten bleiben / The gateway is taken back; data stay", "[1]"],
        ])),
        ("CreateFolder.idt", Table("CreateFolder", "Directory_\tComponent_", ["Directory_", "Component_"], ["s72", "s72"], LockedFolders.Select(folder => (string[])[folder, "Folders"]))),
        ("MsiLockPermissionsEx.idt", Table(
            "MsiLockPermissionsEx", "MsiLockPermissionsEx", ["MsiLockPermissionsEx", "LockObject", "Table", "SDDLText", "Condition"], ["s72", "s72", "s32", "s0", "S255"],
            LockedFolders.Select(folder => (string[])["Rights" + folder, folder, "CreateFolder", ProgramRights, ""]))),
        ("_SummaryInformation.idt", Table("_SummaryInformation", "PropertyId", ["PropertyId", "Value"], ["i2", "l255"],
        [
            ["1", "1252"], ["2", "Installation Database"], ["3", "DICOM-Mail Gateway"], ["4", "VISUS"], ["7", "x64;1033"], ["9", Identity.Show(packageCode)],
            ["12", "2026/01/01 00:00:00"], ["13", "2026/01/01 00:00:00"], ["14", "500"], ["15", "2"],
        ])),
    ];

    /// <summary>Statements to run.</summary>
    public static IReadOnlyList<string> Statements { get; } =
    [
        $"UPDATE InstallExecuteSequence SET Sequence = {RemovalOfOldVersions} WHERE Action = 'RemoveExistingProducts'",
        $"UPDATE Property SET Value = '{SecureProperties}' WHERE Property = 'SecureCustomProperties'",
        .. Actions.Select(action => $"INSERT INTO InstallExecuteSequence (Action, Condition, Sequence) VALUES ('{action.Name}', '{action.Condition}', {action.Sequence})"),
        "INSERT INTO InstallUISequence (Action, Condition, Sequence) VALUES ('CheckDrives', 'NOT Installed', 750)",
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Table(string name, string key, string[] columns, string[] types, IEnumerable<string[]> rows) =>
        string.Concat(((string[])[string.Join('\t', columns), string.Join('\t', types), $"{name}\t{key}", .. rows.Select(row => string.Join('\t', row))]).Select(line => line + "\r\n"));
}

/// <summary>One custom action.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, a sum of bits.</param>
/// <param name="Source">The binary that has it, or the property that it sets.</param>
/// <param name="Target">Its entry point, or the value.</param>
/// <param name="Sequence">Its place.</param>
/// <param name="Condition">When it runs.</param>
internal sealed record BridgeAction(string Name, int Type, string Source, string Target, int Sequence, string Condition);
