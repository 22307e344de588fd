using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources.Managed;

namespace Gateway.Provisioning.Resources;

/// <content>Folders, with those above them.</content>
public sealed partial class ApplianceResources
{
    private IEnumerable<Resource> Folders() =>
    [
        .. FoldersAbove().Select(above => new Folder { Name = NameOfAbove(above), Path = above, Rights = AccessRights.Of(FolderAccess.Administrators, appliance), Controls = Serves("OS-4") }),
        .. appliance.Folders.Select(setting => new Folder
        {
            Name = setting.Id,
            Path = setting.Path,
            Rights = AccessRights.Of(setting.Access, appliance),
            DependsOn = [.. setting.DependsOn, .. FoldersAbove().Where(above => above.Contains(setting.Path)).Select(above => new ResourceId(Folder.Kind, NameOfAbove(above).Text))],
            Controls = Serves("OS-4"),
        }),
    ];

    // A folder between a drive and a folder of ours would let ordinary users in by the drive's own rights: it is ours too.
    private IEnumerable<WindowsPath> FoldersAbove()
    {
        var declared = appliance.Folders.Select(f => f.Path).ToHashSet();
        return appliance.Folders.SelectMany(f => Above(f.Path)).Distinct().Where(p => !declared.Contains(p) && !p.Contains(ManifestPaths.StateRoot)).OrderBy(p => p.Text.Length);
    }

    private static IEnumerable<WindowsPath> Above(WindowsPath path)
    {
        for (var at = path.Parent; at is { Parts.Length: > 0 } above; at = above.Parent)
            yield return above;
    }

    private static ItemId NameOfAbove(WindowsPath path) =>
        ItemId.Of($"above-{path.Drive[..1]}-{Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(path.Text.ToUpperInvariant())).Text[..8]}".ToLowerInvariant());
}
