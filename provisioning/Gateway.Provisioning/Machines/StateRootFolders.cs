using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines;

/// <summary>Makes the state root and the folder above it, each with protected access rights. They stand outside every undo.</summary>
internal static class StateRootFolders
{
    public static void Ensure(IFiles files)
    {
        foreach (var folder in new WindowsPath[] { ManifestPaths.StateRoot.Parent!.Value, ManifestPaths.StateRoot })
        {
            if (files.FolderExists(folder))
                continue;
            files.CreateFolder(folder);
            if (files.WhyRightsUnknown is null)
                files.WriteRights(folder, AccessRights.StateRoot);
        }
    }
}
