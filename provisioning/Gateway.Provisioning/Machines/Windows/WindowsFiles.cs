using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>Folders, files and access rights of this computer.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsFiles : IFiles
{
    private static readonly bool RunsOnWine = NativeLibrary.TryLoad("ntdll.dll", out var ntdll) && NativeLibrary.TryGetExport(ntdll, "wine_get_version", out _);

    private const AccessControlSections Sections = AccessControlSections.Owner | AccessControlSections.Group | AccessControlSections.Access;

    public Provenance Provenance { get; } = new(Source.Measured, "file system");

    public Provenance RightsProvenance { get; } = new(Source.Measured, "file system, security descriptor");

    public Wording? WhyRightsUnknown { get; } = IsWine() ? new("dies ist Wine, das keine Zugriffsrechte speichert", "this is Wine, which keeps no access rights") : null;

    public bool FolderExists(WindowsPath path) => Directory.Exists(path.Text);

    public bool FileExists(WindowsPath path) => File.Exists(path.Text);

    public string? ReadRights(WindowsPath path) =>
        !FolderExists(path) ? null : WhyRightsUnknown is not null ? "" : new DirectoryInfo(path.Text).GetAccessControl(Sections).GetSecurityDescriptorSddlForm(Sections);

    public void CreateFolder(WindowsPath path) => Directory.CreateDirectory(path.Text);

    public void WriteRights(WindowsPath path, string sddl)
    {
        if (sddl.Length == 0 || WhyRightsUnknown is not null)
            return; // nothing was known before, nothing can be kept here
        var security = new DirectorySecurity();
        security.SetSecurityDescriptorSddlForm(sddl, Sections);

        // Without SeRestorePrivilege the owner can only be oneself or a group of one's token that may own
        // ("Taking Object Ownership in C++", "Privilege Constants": SE_RESTORE_NAME, Microsoft Learn).
        using var restore = Privilege.Enable(Privilege.Restore);
        try
        {
            new DirectoryInfo(path.Text).SetAccessControl(security);
        }
        catch (Exception e) when (!restore.IsHeld && e is UnauthorizedAccessException or InvalidOperationException)
        {
            throw new RefusedException(
                Diagnostic.Error(
                    "GW2402", $"The owner and rights of {path} cannot be set to {sddl}: {e.Message} This process does not hold {Privilege.Restore}.",
                    "Run as administrator, elevated; if you do, the policy 'Restore files and directories' was taken from the administrators."),
                e);
        }
    }

    public bool RemoveFolderIfEmpty(WindowsPath path)
    {
        if (!FolderExists(path))
            return true;
        if (Directory.EnumerateFileSystemEntries(path.Text).Any())
            return false;
        Directory.Delete(path.Text);
        return true;
    }

    public void RemoveFolderWithContent(WindowsPath path)
    {
        if (FolderExists(path))
            Directory.Delete(path.Text, recursive: true);
    }

    public byte[]? ReadFile(WindowsPath path) => FileExists(path) ? File.ReadAllBytes(path.Text) : null;

    public void WriteFile(WindowsPath path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path.Text)!);
        DurableFile.Write(path.Text, content);
    }

    public void RemoveFile(WindowsPath path) => File.Delete(path.Text);

    /// <summary>Whether this Windows is Wine: what Wine only pretends must not be believed.</summary>
    internal static bool IsWine() => RunsOnWine;
}
