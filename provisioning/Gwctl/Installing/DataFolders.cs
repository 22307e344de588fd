using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;

namespace Gwctl.Installing;

/// <summary>The folders that hold data: images, the database's tables, backups, logs, the product's own state. They go only when somebody says so in full.</summary>
internal static class DataFolders
{
    /// <summary>Deletes them with everything in them, and those above them that are empty then. Program files are the MSI's, payloads the site's: what holds one of them stays.</summary>
    /// <param name="files">The machine's files, with nothing of the product's running.</param>
    /// <param name="appliance">Names the folders.</param>
    public static void Delete(IFiles files, Appliance appliance)
    {
        IReadOnlyList<WindowsPath> stay = [appliance.Gateway.ProgramFolder, .. WindowsPath.TryRead(appliance.PayloadFolder, out var payloads) ? new[] { payloads } : []];
        IReadOnlyList<WindowsPath> data =
        [
            .. appliance.Folders.Select(folder => folder.Path), appliance.Database.DataFolder, appliance.Backup.Folder,
            appliance.Gateway.ImageFolder, appliance.Gateway.DataFolder, appliance.Gateway.LogFolder, appliance.Gateway.ConfigFolder, appliance.Mail.ScanFolder, ManifestPaths.StateRoot,
        ];
        foreach (var folder in data.Distinct().Where(folder => !stay.Any(folder.Contains)))
            files.RemoveFolderWithContent(folder);
        foreach (var above in data.SelectMany(Above).Distinct().OrderByDescending(path => path.Text.Length))
            files.RemoveFolderIfEmpty(above);
    }

    private static IEnumerable<WindowsPath> Above(WindowsPath path)
    {
        for (var at = path.Parent; at is { Parts.Length: > 0 } above; at = above.Parent)
            yield return above;
    }
}
