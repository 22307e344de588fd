using System.Globalization;
using Gateway.Installer.Interface;

namespace Gateway.Installer.Building;

/// <summary>What stands in a finished MSI, held against what should: wixl leaves out silently what it does not know.</summary>
internal static class ReadBack
{
    private const int Is64Bit = 256; // msidbComponentAttributes64bit
    private const int InstallInitialize = 1500;

    private static readonly (string Action, int Sequence)[] Order =
    [
        ("AppSearch", 50), ("LaunchConditions", 100), ("CostFinalize", 1000), ("InstallValidate", 1400), ("InstallInitialize", InstallInitialize), ("RemoveFiles", 3500), ("CreateFolders", 3700),
        ("InstallFiles", 4000), ("RegisterProduct", 6100), ("PublishProduct", 6400), ("InstallFinalize", 6600), ("RemoveExistingProducts", Repairs.RemovalOfOldVersions),
    ];

    /// <summary>Checks it.</summary>
    /// <param name="msi">The MSI.</param>
    /// <param name="version">The product's version.</param>
    /// <param name="files">The files that it was made of.</param>
    /// <param name="codes">Its codes.</param>
    /// <param name="cancel">Cancels.</param>
    /// <exception cref="BuildFailure">Something in it is not as it should be (GW8010); the message says all that is not.</exception>
    public static async Task CheckAsync(string msi, string version, IReadOnlyList<ProductFile> files, PackageCodes codes, CancellationToken cancel)
    {
        var tables = new Dictionary<string, MsiTable>();
        foreach (var table in new[] { "Property", "LaunchCondition", "Component", "File", "Directory", "CreateFolder", "MsiLockPermissionsEx", "Upgrade", "InstallExecuteSequence", "CustomAction", "AppSearch", "RegLocator", "Media", "InstallUISequence" })
            tables[table] = await MsiTable.ReadAsync(msi, table, cancel);
        var summary = await Tool.RunAsync("msiinfo", ["suminfo", Path.GetFullPath(msi)], Path.GetDirectoryName(Path.GetFullPath(msi))!, cancel);

        List<string> wrong = [];
        void Expect(string what, string? expected, string? found)
        {
            if (found != expected)
                wrong.Add($"{what}: expected {expected ?? "nothing"}, found {found ?? "nothing"}");
        }

        var properties = tables["Property"];
        Expect("ProductCode", Identity.Show(codes.Product), properties.Value("ProductCode", "Value"));
        Expect("UpgradeCode", Identity.Show(Identity.Upgrade), properties.Value("UpgradeCode", "Value"));
        Expect("ProductVersion", version, properties.Value("ProductVersion", "Value"));
        Expect("ALLUSERS", "1", properties.Value("ALLUSERS", "Value"));
        Expect("TARGETDIR", @"D:\", properties.Value("TARGETDIR", "Value"));
        foreach (var (condition, message) in Repairs.LaunchConditions)
            Expect($"launch condition '{condition}'", message, tables["LaunchCondition"].Value(condition, "Description"));
        Expect("launch conditions", Show(Repairs.LaunchConditions.Count), Show(tables["LaunchCondition"].Rows.Count));
        Expect("where the build is looked for", "CurrentBuild", tables["AppSearch"].Value("WINDOWSBUILD", "Signature_"));
        Expect("what is looked for there", "CurrentBuildNumber", tables["RegLocator"].Value("CurrentBuild", "Name"));
        foreach (var component in tables["Component"].Rows.Where(component => (int.Parse(component["Attributes"], CultureInfo.InvariantCulture) & Is64Bit) == 0))
            wrong.Add($"component {component["Component"]} is not a 64-bit one");
        Expect("files", string.Join(", ", files.Select(file => $"{file.Name} {file.Size}")), string.Join(", ", tables["File"].Rows.Select(row => $"{row["FileName"].Split('|')[^1]} {row["FileSize"]}").Order(StringComparer.Ordinal)));
        foreach (var folder in Repairs.LockedFolders)
            Expect($"rights of {folder}", Repairs.ProgramRights, tables["MsiLockPermissionsEx"].Value("Rights" + folder, "SDDLText"));
        Expect("folders that are made", string.Join(", ", Repairs.LockedFolders.Order(StringComparer.Ordinal)), string.Join(", ", tables["CreateFolder"].Rows.Select(row => row["Directory_"]).Order(StringComparer.Ordinal)));
        Expect("older versions", version, tables["Upgrade"].Rows.SingleOrDefault(row => row["ActionProperty"] == "WIX_UPGRADE_DETECTED")?["VersionMax"]);
        Expect("newer versions", version, tables["Upgrade"].Rows.SingleOrDefault(row => row["ActionProperty"] == "WIX_DOWNGRADE_DETECTED")?["VersionMin"]);
        foreach (var (action, sequence) in Order)
            Expect($"place of {action}", Show(sequence), tables["InstallExecuteSequence"].Value(action, "Sequence"));
        foreach (var action in Repairs.Actions)
        {
            Expect($"type of {action.Name}", Show(action.Type), tables["CustomAction"].Value(action.Name, "Type"));
            Expect($"target of {action.Name}", action.Name, tables["CustomAction"].Value(action.Name, "Target"));
            Expect($"place of {action.Name}", action.Sequence == 0 ? null : Show(action.Sequence), tables["InstallExecuteSequence"].Value(action.Name, "Sequence"));
            Expect($"condition of {action.Name}", action.Sequence == 0 ? null : action.Condition, tables["InstallExecuteSequence"].Value(action.Name, "Condition"));
        }

        foreach (var (name, condition, sequence) in Dialogs.Sequence)
            Expect($"place of {name}", $"{sequence} {condition}", $"{tables["InstallUISequence"].Value(name, "Sequence")} {tables["InstallUISequence"].Value(name, "Condition")}");
        foreach (var first in Repairs.FirstOfInterface)
            Expect($"place of {first} before the first dialog", tables["InstallExecuteSequence"].Value(first, "Sequence"), tables["InstallUISequence"].Value(first, "Sequence"));
        foreach (var (file, content) in Repairs.Tables(codes.Package, version).Where(table => !table.Name.StartsWith('_')))
            Expect($"table {file[..^4]}", Rows(content), Rows(await MsiTable.ExportAsync(msi, file[..^4], cancel)));
        Expect("this version in another build", $"{version} {version} {Repairs.DetectsThisVersion}", tables["Upgrade"].Rows.Where(row => row["ActionProperty"] == "OTHERBUILD").Select(row => $"{row["VersionMin"]} {row["VersionMax"]} {row["Attributes"]}").SingleOrDefault());
        Expect("hidden properties", null, properties.Value("MsiHiddenProperties", "Value"));
        Expect("custom actions", Show(Repairs.Actions.Count), Show(tables["CustomAction"].Rows.Count));
        Expect("SecureCustomProperties", Repairs.SecureProperties, properties.Value("SecureCustomProperties", "Value"));
        Expect("cabinet", "#gateway.cab", tables["Media"].Rows.SingleOrDefault()?["Cabinet"]);
        Expect("Template", "x64;1033", Line(summary, "Template"));
        Expect("package code", Identity.Show(codes.Package), Line(summary, "Revision number (UUID)"));
        if (wrong.Count > 0)
            throw new BuildFailure("GW8010", $"The MSI is not as it should be: {string.Join("; ", wrong)}.", "See what wixl made of templates/installer/gateway.wxs, and mend it in Building/Repairs.cs.");
    }

    // msiinfo writes the end of a line within a field as it is.
    private static string Rows(string archive) => string.Join('\n', archive.Replace('\u0011', '\r').Replace('\u0019', '\n').Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(3).Order(StringComparer.Ordinal));

    private static string? Line(string summary, string name) =>
        summary.Split('\n').FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.Ordinal))?[(name.Length + 2)..].Trim();

    private static string Show(int number) => number.ToString(CultureInfo.InvariantCulture);
}
