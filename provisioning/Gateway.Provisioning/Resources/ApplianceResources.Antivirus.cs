using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources.Assertions;
using Gateway.Provisioning.Resources.Managed;

namespace Gateway.Provisioning.Resources;

/// <content>What virus scanners leave alone.</content>
public sealed partial class ApplianceResources
{
    private IEnumerable<Resource> Antivirus()
    {
        IReadOnlyList<Resource> all = [.. Exclusions()];
        var wanted = all.OfType<AntivirusExclusion>().ToList();
        return wanted.Count == 0 ? all : [new ChangeableExclusions { Wanted = wanted, Controls = [.. wanted.SelectMany(e => e.Controls).Distinct()] }, .. all];
    }

    private IEnumerable<Resource> Exclusions() => appliance.Antivirus.Mode == AntivirusMode.Folders
        ? [.. ExcludedFolders(), .. ExcludedProcesses(), ThirdPartys(), NotNeeded(new("die Dateitypen", "extensions"), new("statt der Dateitypen sind Ordner und Prozesse ausgenommen", "folders and processes are excluded in place of extensions"), "AV-5"), .. LeftOutFolders(), .. LeftOut("AV-4", LeftOutProcesses())]
        : [.. ExcludedExtensions(), ThirdPartys(), NotNeeded(new("die Ordner", "folders"), new("statt der Ordner und Prozesse sind Dateitypen ausgenommen", "extensions are excluded in place of folders and processes"), [.. appliance.Antivirus.Folders.Select(f => f.Control.Text).Distinct(), "AV-4"]), .. LeftOut("AV-5", Required.ExcludedExtensions.Except(appliance.Antivirus.Extensions, StringComparer.OrdinalIgnoreCase))];

    private ThirdPartyExclusions ThirdPartys() => new()
    {
        DependsOn = [.. appliance.Antivirus.Mode == AntivirusMode.Folders
            ? appliance.Antivirus.Folders.Select(f => new ResourceId(AntivirusExclusion.Kind, f.Path.Text))
            : appliance.Antivirus.Extensions.Select(e => new ResourceId(AntivirusExclusion.Kind, e))],
        Controls = appliance.Antivirus.Mode == AntivirusMode.Folders
            ? [.. appliance.Antivirus.Folders.Select(f => f.Control).Distinct(), .. appliance.Antivirus.Processes.Count > 0 ? Serves("AV-4") : []]
            : appliance.Antivirus.Extensions.Count > 0 ? Serves("AV-5") : [],
    };

    private IEnumerable<Resource> ExcludedFolders() => appliance.Antivirus.Folders.Select(folder => new AntivirusExclusion
    {
        Exclusion = new Exclusion(ExclusionKind.Folder, folder.Path.Text),
        OnlyWhereExists = folder.WhereItExists ? folder.Path : null,
        DependsOn = FoldersHolding(folder.Path),
        Controls = [folder.Control],
    });

    private IEnumerable<Resource> ExcludedProcesses() => appliance.Antivirus.Processes.Select(process =>
        process.Path.Resolve(appliance.Gateway.ProgramFolderOfThisVersion(), appliance.Antivirus) is { } path
            ? new AntivirusExclusion
            {
                Exclusion = new Exclusion(ExclusionKind.Process, path.Text),
                OnlyWhereExists = path,
                DependsOn = appliance.Database.ProgramFolder.Contains(path) ? [databasePackage] : [],
                Controls = Serves("AV-4"),
            }
            : NotNeeded(Wording.Same(process.Path.Text), new("dieser Standort hat kein JCS_HOME", "this site has no JCS_HOME"), "AV-4"));

    private IEnumerable<Resource> ExcludedExtensions() => appliance.Antivirus.Extensions.Select(extension => new AntivirusExclusion
    {
        Exclusion = new Exclusion(ExclusionKind.Extension, extension),
        Controls = Serves("AV-5"),
    });

    private IEnumerable<Resource> LeftOutFolders() =>
    [
        .. LeftOut("AV-2", Unnamed(appliance.Gateway.ImageFolder)),
        .. LeftOut("AV-3", Unnamed(Required.ProgramFolder, appliance.Database.DataFolder)),
    ];

    private IEnumerable<string> Unnamed(params WindowsPath[] folders) =>
        folders.Where(folder => !appliance.Antivirus.Folders.Any(f => f.Path.Contains(folder))).Select(folder => folder.Text);

    // A site without the replaced software has none of its helpers.
    private IEnumerable<string> LeftOutProcesses() => Required.ExcludedProcesses
        .Where(asked => asked.Path.Resolve(appliance.Gateway.ProgramFolderOfThisVersion(), appliance.Antivirus) is not null)
        .Where(asked => !appliance.Antivirus.Processes.Any(p => p.Replaces.Equals(asked.Replaces, StringComparison.OrdinalIgnoreCase)))
        .Select(asked => asked.Path.Text);

    private static IEnumerable<Resource> LeftOut(string control, IEnumerable<string> what) =>
        what.ToList() is { Count: > 0 } leftOut ? [new LeftOutExclusions { Control = ControlId.Of(control), LeftOut = leftOut, Controls = Serves(control) }] : [];

    private static Resource NotNeeded(Wording what, Wording why, params string[] controls) => new DecidedWithoutLooking
    {
        Name = what.English,
        IsNeeded = false,
        What = new($"der Virenscanner nimmt {what.German} aus", $"the virus scanner leaves {what} alone"),
        Why = why,
        Controls = Serves(controls),
    };
}
