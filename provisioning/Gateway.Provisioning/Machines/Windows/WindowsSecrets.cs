using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Cryptography;
using System.Text;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// Secrets of this computer: in the state root, which only SYSTEM and Administrators may read, encrypted for this machine by DPAPI ("CryptProtectData function",
/// CRYPTPROTECT_LOCAL_MACHINE): a copy of the disk gives none away, and whoever has this machine's Administrators has them anyway.
/// </summary>
/// <param name="folder">Where they lie.</param>
/// <param name="readers">Services that may read a secret beside SYSTEM and Administrators, by its name.</param>
[SupportedOSPlatform("windows")]
internal sealed class WindowsSecrets(string folder, IReadOnlyDictionary<string, string> readers) : ISecrets
{
    // Another program's machine-wide DPAPI call does not open them by accident.
    private static readonly byte[] Purpose = "DICOM-Mail Gateway secret"u8.ToArray();

    public Provenance Provenance { get; } = new(Source.Measured, "DPAPI, machine scope");

    public Wording? WhyUnreachable(SecretReference reference) => reference.StoreName is { } name ? WhyUnreadable(name) : SecretPlaces.WhyUnreachable(reference);

    public void Keep(string name, byte[] secret)
    {
        Directory.CreateDirectory(folder);
        DurableFile.Write(PathOf(name), ProtectedData.Protect(secret, Purpose, DataProtectionScope.LocalMachine));
        if (!readers.TryGetValue(name, out var service) || WindowsFiles.IsWine())
            return;
        var rights = new FileSecurity();
        rights.SetSecurityDescriptorSddlForm(AccessRights.Secret(service));
        new FileInfo(PathOf(name)).SetAccessControl(rights);
    }

    /// <summary>A secret's text.</summary>
    /// <param name="reference">A reference to this store, a variable or a file.</param>
    /// <exception cref="RefusedException">It cannot be reached (GW2405).</exception>
    public string Reveal(SecretReference reference)
    {
        if (WhyUnreachable(reference) is { } why)
            throw new RefusedException(Diagnostic.Error("GW2405", $"{reference} cannot be read: {why}.", $"Keep it with 'gwctl secret', or correct the reference."));
        return reference.StoreName is { } name ? TextOf(name) : SecretPlaces.Text(reference);
    }

    /// <summary>The password of a name, which nobody else has to know: made when there is none. Letters and digits only.</summary>
    /// <param name="name">Its name.</param>
    public string PasswordOf(string name)
    {
        if (!File.Exists(PathOf(name)))
            Keep(name, Encoding.ASCII.GetBytes(RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", 40)));
        return TextOf(name);
    }

    private string TextOf(string name) => Encoding.UTF8.GetString(ProtectedData.Unprotect(File.ReadAllBytes(PathOf(name)), Purpose, DataProtectionScope.LocalMachine));

    private Wording? WhyUnreadable(string name)
    {
        if (!File.Exists(PathOf(name)))
            return SecretPlaces.NoSecret(name);
        try
        {
            CryptographicOperations.ZeroMemory(ProtectedData.Unprotect(File.ReadAllBytes(PathOf(name)), Purpose, DataProtectionScope.LocalMachine));
            return null;
        }
        catch (CryptographicException)
        {
            return new($"das Geheimnis „{name}“ wurde auf einem anderen Rechner verschlüsselt", $"the secret '{name}' was encrypted on another machine");
        }
    }

    private string PathOf(string name) => Path.Combine(folder, $"{name}.dpapi");
}
