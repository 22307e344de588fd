using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// The private key of a certificate of the machine store, and its access list. A key of CNG has it as a property ("Key Storage Property Identifiers": NCRYPT_SECURITY_DESCR_PROPERTY,
/// Microsoft Learn), a key of the older CryptoAPI as that of its file below MachineKeys ("Key Storage and Retrieval", Microsoft Learn).
/// </summary>
[SupportedOSPlatform("windows")]
internal static partial class MachineKey
{
    private const string Descriptor = "Security Descr"; // NCRYPT_SECURITY_DESCR_PROPERTY
    private const string DescriptorSupport = "Security Descr Support"; // NCRYPT_SECURITY_DESCR_SUPPORT_PROPERTY
    private const string ImplementationType = "Impl Type"; // NCRYPT_IMPL_TYPE_PROPERTY
    private const int Supported = 1;
    private const int HardwareOrRemovable = 0x1 | 0x8; // NCRYPT_IMPL_HARDWARE_FLAG, NCRYPT_IMPL_REMOVABLE_FLAG

    // DACL_SECURITY_INFORMATION: "the dwFlags parameter … identifies the part of the security descriptor to get or set". CngKey hands its options on as these flags.
    private const CngPropertyOptions AccessList = (CngPropertyOptions)0x4;

    /// <summary>A certificate's key, and who may use it.</summary>
    /// <param name="certificate">A certificate with its private key.</param>
    public static PrivateKeyState Read(X509Certificate2 certificate)
    {
        var digest = Sha256Digest.Of(certificate.RawData).Text;
        using var key = Open(certificate);
        if (OfCng(key) is { } cng)
        {
            using (cng)
            {
                var hardware = (ProviderNumber(cng, ImplementationType) & HardwareOrRemovable) != 0;
                var knows = ProviderNumber(cng, DescriptorSupport) == Supported;
                return new PrivateKeyState(digest, cng.Provider?.Provider ?? "", knows ? Sddl(cng.GetProperty(Descriptor, AccessList).GetValue()!) : null, hardware);
            }
        }

        var container = OfCryptoApi(key, certificate);
        return new PrivateKeyState(
            digest, container.ProviderName ?? "", FileOf(container) is { Exists: true } file ? file.GetAccessControl(AccessControlSections.Access).GetSecurityDescriptorSddlForm(AccessControlSections.Access) : null,
            container.HardwareDevice || container.Removable);
    }

    /// <summary>Sets who may use a certificate's key.</summary>
    /// <param name="certificate">A certificate with its private key.</param>
    /// <param name="sddl">The access list.</param>
    /// <exception cref="RefusedException">It cannot be set (GW2410).</exception>
    public static void Write(X509Certificate2 certificate, string sddl)
    {
        try
        {
            using var key = Open(certificate);
            if (OfCng(key) is { } cng)
            {
                using (cng)
                    cng.SetProperty(new CngProperty(Descriptor, Bytes(sddl), AccessList));
                return;
            }

            var security = new FileSecurity();
            security.SetSecurityDescriptorSddlForm(sddl, AccessControlSections.Access);
            FileOf(OfCryptoApi(key, certificate)).SetAccessControl(security);
        }
        catch (Exception e) when (e is CryptographicException or UnauthorizedAccessException or IOException)
        {
            throw new RefusedException(
                Diagnostic.Error(
                    "GW2410", $"The access list of the private key of '{certificate.Subject}' cannot be set: {e.Message}",
                    "Run as administrator, elevated; a key in a TPM or a security module is opened to the service's account with its maker's tools."),
                e);
        }
    }

    private static AsymmetricAlgorithm Open(X509Certificate2 certificate) =>
        (AsymmetricAlgorithm?)certificate.GetRSAPrivateKey() ?? certificate.GetECDsaPrivateKey()
        ?? throw new NotAssessableException(new($"der Schlüssel von „{certificate.Subject}“ ist weder ein RSA- noch ein ECDSA-Schlüssel", $"the key of '{certificate.Subject}' is neither an RSA nor an ECDSA key"));

    private static CngKey? OfCng(AsymmetricAlgorithm key) => key switch
    {
        RSACng rsa => rsa.Key,
        ECDsaCng ecdsa => ecdsa.Key,
        _ => null,
    };

    private static CspKeyContainerInfo OfCryptoApi(AsymmetricAlgorithm key, X509Certificate2 certificate) => key is RSACryptoServiceProvider { CspKeyContainerInfo: var container }
        ? container
        : throw new NotAssessableException(new($"der Schlüssel von „{certificate.Subject}“ liegt weder bei CNG noch bei CryptoAPI", $"the key of '{certificate.Subject}' lies neither with CNG nor with CryptoAPI"));

    private static FileInfo FileOf(CspKeyContainerInfo container) =>
        new(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), @"Microsoft\Crypto\RSA\MachineKeys", container.UniqueKeyContainerName));

    private static string Sddl(byte[] descriptor) => new RawSecurityDescriptor(descriptor, 0).GetSddlForm(AccessControlSections.Access);

    private static byte[] Bytes(string sddl)
    {
        var descriptor = new RawSecurityDescriptor(sddl);
        var bytes = new byte[descriptor.BinaryLength];
        descriptor.GetBinaryForm(bytes, 0);
        return bytes;
    }

    // A provider that does not know a property answers with an error ("Key Storage Property Identifiers": NTE_NOT_SUPPORTED).
    private static int? ProviderNumber(CngKey key, string property) =>
        NCryptGetProperty(key.ProviderHandle, property, out var value, sizeof(int), out _, 0) == 0 ? value : null;

    [LibraryImport("ncrypt.dll", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int NCryptGetProperty(SafeNCryptProviderHandle provider, string property, out int value, int room, out int size, uint flags);
}
