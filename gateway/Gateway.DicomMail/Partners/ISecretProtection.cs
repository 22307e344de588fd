namespace Gateway.DicomMail.Partners;

/// <summary>How secrets that lie in files are protected on this machine.</summary>
public interface ISecretProtection
{
    /// <summary>Protects a secret.</summary>
    byte[] Protect(byte[] secret);

    /// <summary>Opens a protected secret.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was protected for another machine.</exception>
    byte[] Unprotect(byte[] content);
}
