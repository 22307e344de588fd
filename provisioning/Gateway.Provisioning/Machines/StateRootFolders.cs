using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines;

/// <summary>
/// Makes the state root, the folder above it and that of reports, and holds them to their owner and access rights: who prepared them before us could otherwise read the
/// secrets or rewrite the journal. They stand outside every undo.
/// </summary>
internal static class StateRootFolders
{
    /// <summary>Makes them, or repairs the rights of those that are there.</summary>
    /// <param name="files">The machine's files.</param>
    /// <param name="appliance">Says what rights the folder above has, where the manifest names it.</param>
    /// <exception cref="RefusedException">Somebody else's folder cannot be made ours (GW2401).</exception>
    public static void Ensure(IFiles files, Appliance appliance)
    {
        var above = ManifestPaths.StateRoot.Parent!.Value;
        var access = appliance.Folders.FirstOrDefault(f => f.Path.Equals(above))?.Access ?? FolderAccess.Administrators;
        Secure(files, above, AccessRights.Of(access, appliance));
        Secure(files, ManifestPaths.StateRoot, AccessRights.StateRoot);
        Secure(files, ManifestPaths.Reports, AccessRights.Reports);
    }

    private static void Secure(IFiles files, WindowsPath folder, string rights)
    {
        files.CreateFolder(folder);
        if (files.WhyRightsUnknown is not null)
            return;
        try
        {
            if (AccessRights.SameOwnerAndAccess(files.ReadRights(folder), rights))
                return;
            files.WriteRights(folder, rights);
            if (files.ReadRights(folder) is var now && !AccessRights.SameOwnerAndAccess(now, rights))
                throw NotOurs(folder, $"its rights are {now}, and setting them to {rights} changed nothing");
        }
        catch (UnauthorizedAccessException denied)
        {
            throw NotOurs(folder, denied.Message, denied);
        }
    }

    private static RefusedException NotOurs(WindowsPath folder, string why, Exception? inner = null) => new(
        Diagnostic.Error(
            "GW2401", $"{folder} is there already, and its owner and access rights cannot be made the product's: {why}.",
            $"As administrator take it over (takeown /F {folder} /A) or move it away, then try again; what lies in it is not trusted before."),
        inner);
}
