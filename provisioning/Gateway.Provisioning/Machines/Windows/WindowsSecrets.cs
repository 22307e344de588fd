using System.Runtime.Versioning;
using System.Security.Cryptography;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// Secrets of this computer: in the state root, which only SYSTEM and Administrators may read, encrypted for this machine by DPAPI ("CryptProtectData function",
/// CRYPTPROTECT_LOCAL_MACHINE): a copy of the disk gives none away, and whoever has this machine's Administrators has them anyway.
/// </summary>
/// <param name="folder">Where they lie.</param>
[SupportedOSPlatform("windows")]
internal sealed class WindowsSecrets(string folder) : ISecrets
{
    // Another program's machine-wide DPAPI call does not open them by accident.
    private static readonly byte[] Purpose = "DICOM-Mail Gateway secret"u8.ToArray();

    public Provenance Provenance { get; } = new(Source.Measured, "DPAPI, machine scope");

    public Wording? WhyUnreachable(SecretReference reference) => reference.StoreName is { } name ? WhyUnreadable(name) : SecretPlaces.WhyUnreachable(reference);

    public void Keep(string name, byte[] secret)
    {
        Directory.CreateDirectory(folder);
        DurableFile.Write(PathOf(name), ProtectedData.Protect(secret, Purpose, DataProtectionScope.LocalMachine));
    }

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
