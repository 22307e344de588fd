using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>Folders, files and their access rights. Paths are the machine's.</summary>
public interface IFiles : IAbility
{
    /// <summary>How access rights are known; a rehearsal models them while its folders are real.</summary>
    Provenance RightsProvenance { get; }

    /// <summary>Why access rights cannot be known on this machine, or null when they can.</summary>
    Wording? WhyRightsUnknown { get; }

    /// <summary>Whether a folder exists.</summary>
    /// <param name="path">The folder.</param>
    bool FolderExists(WindowsPath path);

    /// <summary>Whether a file exists.</summary>
    /// <param name="path">The file.</param>
    bool FileExists(WindowsPath path);

    /// <summary>A folder's owner and access rights, or null when there is none.</summary>
    /// <param name="path">The folder.</param>
    string? ReadRights(WindowsPath path);

    /// <summary>Makes a folder and those above it.</summary>
    /// <param name="path">The folder.</param>
    void CreateFolder(WindowsPath path);

    /// <summary>Sets a folder's owner and access rights.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="sddl">SDDL.</param>
    void WriteRights(WindowsPath path, string sddl);

    /// <summary>Removes a folder when it is empty; says whether it is gone.</summary>
    /// <param name="path">The folder.</param>
    bool RemoveFolderIfEmpty(WindowsPath path);

    /// <summary>Removes a folder and everything in it; nothing happens when there is none.</summary>
    /// <param name="path">The folder.</param>
    void RemoveFolderWithContent(WindowsPath path);

    /// <summary>A file's bytes, or null when there is none.</summary>
    /// <param name="path">The file.</param>
    byte[]? ReadFile(WindowsPath path);

    /// <summary>Writes a file whole: to a temporary file, flushed to the device, renamed into place.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its bytes.</param>
    void WriteFile(WindowsPath path, byte[] content);

    /// <summary>Removes a file; nothing happens when there is none.</summary>
    /// <param name="path">The file.</param>
    void RemoveFile(WindowsPath path);
}

/// <summary>A folder's owner and access rights.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Sddl">Owner and discretionary access list as SDDL.</param>
public sealed record FolderRights(string Path, string Sddl);
