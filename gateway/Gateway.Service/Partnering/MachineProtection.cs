using System.Security.Cryptography;
using Gateway.DicomMail.Partners;

namespace Gateway.Service.Partnering;

/// <summary>DPAPI in machine scope on Windows, beside the access rights of the file; elsewhere the access rights alone.</summary>
internal sealed class MachineProtection : ISecretProtection
{
    private static readonly byte[] Purpose = "DICOM-Mail Gateway key"u8.ToArray();

    public byte[] Protect(byte[] secret) => OperatingSystem.IsWindows() ? ProtectedData.Protect(secret, Purpose, DataProtectionScope.LocalMachine) : secret;

    public byte[] Unprotect(byte[] content) => OperatingSystem.IsWindows() ? ProtectedData.Unprotect(content, Purpose, DataProtectionScope.LocalMachine) : content;
}
