using System.Security.Cryptography;
using System.Text;

namespace Gateway.Service.Securing;

/// <summary>Reads a secret where provisioning keeps it: the password of the database's account, of a key, a passcode.</summary>
internal static class SecretFile
{
    private const string Protected = ".dpapi";

    // What provisioning encrypts with; a test holds both to it.
    private static readonly byte[] Purpose = "DICOM-Mail Gateway secret"u8.ToArray();

    /// <summary>The secret in a file; one that ends in .dpapi is decrypted for this machine (DPAPI, machine scope).</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="CryptographicException">It was encrypted for another machine.</exception>
    public static string Read(string file)
    {
        var bytes = File.ReadAllBytes(file);
        if (OperatingSystem.IsWindows() && file.EndsWith(Protected, StringComparison.OrdinalIgnoreCase))
            bytes = ProtectedData.Unprotect(bytes, Purpose, DataProtectionScope.LocalMachine);
        return Encoding.UTF8.GetString(bytes).Trim();
    }
}
