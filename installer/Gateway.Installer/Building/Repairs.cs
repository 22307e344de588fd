using System.Globalization;
using Gateway.Installer.Interface;

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
        ("NOT OTHERBUILD", "Diese Version ist in einem anderen Bau installiert; entfernen Sie ihn zuerst. / This version is installed in another build; remove that first."),
        ("NOT PURGEDATA OR PURGEDATA = \"YES-DELETE-IMAGES\"", "PURGEDATA löscht Bilder und muss YES-DELETE-IMAGES heißen. / PURGEDATA deletes images and must be YES-DELETE-IMAGES."),
        ("Installed OR VersionNT64", "Dieses Windows ist kein 64-Bit-Windows. / This Windows is not a 64-bit Windows."),
        ("Privileged", "Die Installation braucht Administratorrechte. / The installation needs an administrator's rights."),
        (
            "Installed OR (MsiNTProductType = 1 AND WINDOWSBUILD >= 10240) OR (MsiNTProductType > 1 AND (WINDOWSBUILD = 14393 OR WINDOWSBUILD = 17763 OR WINDOWSBUILD = 20348))",
            "Unterstützt werden Windows 10 und 11 und Windows Server 2016, 2019 und 2022; dieses ist Build [WINDOWSBUILD]. / Supported are Windows 10 and 11 and Windows Server 2016, 2019 and 2022; this is build [WINDOWSBUILD]."),
    ];

    /// <summary>
    /// The bridge's actions ("Custom Action Types", "Custom Action In-Script Execution Options"): a DLL in the Binary table is 1; deferred 1024, rollback 256, without impersonation 2048; in an
    /// immediate one 256 is once only, wherever it comes first. The rollback stands before its partner. Data of a deferred action is the property of its name. A place of 0 is a button's.
    /// </summary>
    public static IReadOnlyList<BridgeAction> Actions { get; } =
    [
        new("Words", 1 + 256, 10, ""),
        new("CheckDrives", 1 + 256, 750, "NOT Installed"),
        new("Prepare", 1, 1510, ""),
        new("Remove", 1 + 1024 + 2048, 3400, "REMOVE=\"ALL\" AND NOT UPGRADINGPRODUCTCODE"),
        new("Undo", 1 + 1024 + 256 + 2048, 5890, "NOT REMOVE=\"ALL\""),
        new("Apply", 1 + 1024 + 2048, 5900, "NOT REMOVE=\"ALL\""),
        new("AskForRestart", 1, 6601, "NOT REMOVE=\"ALL\""),
        new("ShowReport", 1, 0, ""),
    ];

    /// <summary>The immediate ones that a full user interface has too, before the first dialog.</summary>
    public static IReadOnlyList<string> FirstOfInterface { get; } = ["Words", "CheckDrives"];

    /// <summary>Properties that a person sets, and that reach the part of the installation that runs as SYSTEM. None is hidden: no secret is a property.</summary>
    public const string SecureProperties = "LANGUAGE;MANIFEST;OTHERBUILD;OVERLAY;PAYLOADS;PURGEDATA;WIX_DOWNGRADE_DETECTED;WIX_UPGRADE_DETECTED";

    /// <summary>A row of the Upgrade table only detects, from and up to a version, both included ("Upgrade Table": 2, 256, 512).</summary>
    public const int DetectsThisVersion = 2 + 256 + 512;

    /// <summary>Folders whose rights the MSI sets.</summary>
    public static IReadOnlyList<string> LockedFolders { get; } = ["GatewayFolder", "VersionFolder"];

    /// <summary>Tables to import, by file name.</summary>
    /// <param name="packageCode">The package's code.</param>
    /// <param name="version">The product's version.</param>
    public static IReadOnlyList<(string Name, string Content)> Tables(Guid packageCode, string version) =>
    [
        ("_ForceCodepage.idt", "\r\n\r\n1252\t_ForceCodepage\r\n"),
        ("LaunchCondition.idt", Table("LaunchCondition", "Condition", ["Condition", "Description"], ["s255", "l255"], LaunchConditions.Select(c => (string[])[c.Condition, c.Message]))),
        ("CustomAction.idt", Table("CustomAction", "Action", ["Action", "Type", "Source", "Target", "ExtendedType"], ["s72", "i2", "S72", "S255", "I4"],
            Actions.Select(action => (string[])[action.Name, Text(action.Type), "Bridge", action.Name, ""]))),
        ("Words.idt", Table("Words", "Name", ["Name", "German", "English"], ["s72", "l0", "l0"], Words.All.Select(word => (string[])[word.Name, Escape(word.German), Escape(word.English)]))),
        ("ActionText.idt", Table("ActionText", "Action", ["Action", "Description", "Template"], ["s72", "L0", "L0"],
        [
            ["Apply", "Das Gateway wird eingerichtet / The gateway is being set up", "[1]"],
            ["InstallFiles", "Programmdateien werden angelegt / Program files are laid down", "[1]"],
            ["Remove", "Das Gateway wird zurückgenommen / The gateway is taken back", "[1]"],
            ["RemoveFiles", "Programmdateien werden entfernt / Program files are removed", "[1]"],
            ["Rollback", "Was geschah, wird zurückgenommen / What was done is taken back", "[1]"],
            ["Undo", "Was eingerichtet wurde, wird zurückgenommen / What was set up is taken back", "[1]"],
        ])),
        ("CreateFolder.idt", Table("CreateFolder", "Directory_\tComponent_", ["Directory_", "Component_"], ["s72", "s72"], LockedFolders.Select(folder => (string[])[folder, "Folders"]))),
        ("MsiLockPermissionsEx.idt", Table(
            "MsiLockPermissionsEx", "MsiLockPermissionsEx", ["MsiLockPermissionsEx", "LockObject", "Table", "SDDLText", "Condition"], ["s72", "s72", "s32", "s0", "S255"],
            LockedFolders.Select(folder => (string[])["Rights" + folder, folder, "CreateFolder", ProgramRights, ""]))),
        ("Dialog.idt", Table(
            "Dialog", "Dialog", ["Dialog", "HCentering", "VCentering", "Width", "Height", "Attributes", "Title", "Control_First", "Control_Default", "Control_Cancel"], ["s72", "i2", "i2", "i2", "i2", "I4", "L128", "s50", "S50", "S50"],
            Dialogs.All.Select(dialog => (string[])[dialog.Name, "50", "50", Text(dialog.Width), Text(dialog.Height), Text(dialog.Attributes), "[ProductName]", dialog.First, dialog.Default, dialog.Cancel]))),
        ("Control.idt", Table(
            "Control", "Dialog_\tControl", ["Dialog_", "Control", "Type", "X", "Y", "Width", "Height", "Attributes", "Property", "Text", "Control_Next", "Help"], ["s72", "s50", "s20", "i2", "i2", "i2", "i2", "I4", "S50", "L0", "S50", "L50"],
            Dialogs.All.SelectMany(dialog => dialog.Controls.Select(control => (string[])
                [dialog.Name, control.Name, control.Type, Text(control.X), Text(control.Y), Text(control.Width), Text(control.Height), Text(control.Attributes), control.Property, control.Text, Next(dialog, control), ""])))),
        ("ControlEvent.idt", Table(
            "ControlEvent", "Dialog_\tControl_\tEvent\tArgument\tCondition", ["Dialog_", "Control_", "Event", "Argument", "Condition", "Ordering"], ["s72", "s50", "s50", "s255", "S255", "I2"],
            Dialogs.All.SelectMany(dialog => dialog.Controls.SelectMany(control => control.Does.Select((does, order) => (string[])[dialog.Name, control.Name, does.Event, does.Argument, "1", Text(order + 1)]))))),
        ("ControlCondition.idt", Table(
            "ControlCondition", "Dialog_\tControl_\tAction\tCondition", ["Dialog_", "Control_", "Action", "Condition"], ["s72", "s50", "s50", "s255"],
            Dialogs.All.SelectMany(dialog => dialog.Controls.Where(control => control.HiddenWhen.Length > 0).Select(control => (string[])[dialog.Name, control.Name, "Hide", control.HiddenWhen])))),
        ("EventMapping.idt", Table(
            "EventMapping", "Dialog_\tControl_\tEvent", ["Dialog_", "Control_", "Event", "Attribute"], ["s72", "s50", "s50", "s50"],
            Dialogs.All.SelectMany(dialog => dialog.Controls.Where(control => control.Shows is not null).Select(control => (string[])[dialog.Name, control.Name, control.Shows!.Value.Event, control.Shows.Value.Attribute])))),
        ("TextStyle.idt", Table("TextStyle", "TextStyle", ["TextStyle", "FaceName", "Size", "Color", "StyleBits"], ["s72", "s32", "i2", "I4", "I2"], Dialogs.Styles.Select(style => (string[])[style.Name, style.Face, Text(style.Size), "", Text(style.Bits)]))),
        ("_SummaryInformation.idt", Table("_SummaryInformation", "PropertyId", ["PropertyId", "Value"], ["i2", "l255"],
        [
            ["1", "1252"], ["2", "Installation Database"], ["3", "DICOM-Mail Gateway"], ["4", "VISUS"], ["7", "x64;1033"], ["9", Identity.Show(packageCode)],
            ["12", "2026/01/01 00:00:00"], ["13", "2026/01/01 00:00:00"], ["14", "500"], ["15", "2"],
        ])),
    ];

    /// <summary>Statements to run.</summary>
    /// <param name="version">The product's version.</param>
    public static IReadOnlyList<string> Statements(string version) =>
    [
        $"UPDATE InstallExecuteSequence SET Sequence = {RemovalOfOldVersions} WHERE Action = 'RemoveExistingProducts'",
        $"UPDATE Property SET Value = '{SecureProperties}' WHERE Property = 'SecureCustomProperties'",
        $"INSERT INTO Upgrade (UpgradeCode, VersionMin, VersionMax, Attributes, ActionProperty) VALUES ('{Identity.Show(Identity.Upgrade)}', '{version}', '{version}', {DetectsThisVersion}, 'OTHERBUILD')",
        "INSERT INTO Property (Property, Value) VALUES ('ErrorDialog', 'ErrorDialog')",
        $"INSERT INTO Property (Property, Value) VALUES ('DefaultUIFont', '{Dialogs.Styles[0].Name}')",
        .. Actions.Where(action => action.Sequence > 0).Select(action => Insert("InstallExecuteSequence", action.Name, action.Condition, action.Sequence)),
        .. Actions.Where(action => FirstOfInterface.Contains(action.Name)).Select(action => Insert("InstallUISequence", action.Name, action.Condition, action.Sequence)),
        .. Dialogs.Sequence.Select(dialog => Insert("InstallUISequence", dialog.Name, dialog.Condition, dialog.Sequence)),
    ];

    private static string Insert(string table, string action, string condition, int sequence) => condition.Length == 0
        ? $"INSERT INTO {table} (Action, Sequence) VALUES ('{action}', {sequence})"
        : $"INSERT INTO {table} (Action, Condition, Sequence) VALUES ('{action}', '{condition}', {sequence})";

    // The keyboard goes round what it reaches.
    private static string Next(Dialog dialog, Control control)
    {
        var reached = dialog.Controls.Where(c => c.IsReached).ToList();
        return control.IsReached && reached.Count > 1 ? reached[(reached.IndexOf(control) + 1) % reached.Count].Name : "";
    }

    // "Text Archive Files": within a field, 17 and 25 stand for carriage return and line feed.
    private static string Escape(string text) => text.Replace('\r', '\u0011').Replace('\n', '\u0019');

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Table(string name, string key, string[] columns, string[] types, IEnumerable<string[]> rows) =>
        string.Concat(((string[])[string.Join('\t', columns), string.Join('\t', types), $"{name}\t{key}", .. rows.Select(row => string.Join('\t', row))]).Select(line => line + "\r\n"));
}

/// <summary>One action of the bridge, by the name of its function.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, a sum of bits.</param>
/// <param name="Sequence">Its place.</param>
/// <param name="Condition">When it runs.</param>
internal sealed record BridgeAction(string Name, int Type, int Sequence, string Condition);
