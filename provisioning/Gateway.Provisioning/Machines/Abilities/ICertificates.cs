namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>Certificates of the machine store.</summary>
public interface ICertificates : IAbility
{
    /// <summary>How it is known who may use a private key.</summary>
    Provenance KeyProvenance { get; }

    /// <summary>Certificates of <c>LocalMachine\My</c>.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<IReadOnlyList<CertificateState>> ReadAsync(CancellationToken cancel);

    /// <summary>The private key of the certificate that the gateway takes in the end: of those with a private key whose subject holds a text, the one that lives longest. Null when there is none.</summary>
    /// <param name="subject">The text.</param>
    /// <param name="cancel">Cancels.</param>
    Task<PrivateKeyState?> ReadKeyAsync(string subject, CancellationToken cancel);

    /// <summary>Sets who may use a private key; says what had to stay, or null.</summary>
    /// <param name="key">The key, with the access list that it shall have.</param>
    /// <param name="cancel">Cancels.</param>
    Task<string?> WriteKeyAsync(PrivateKeyState key, CancellationToken cancel);
}

/// <summary>A certificate's private key, and who may use it. Never the key.</summary>
/// <param name="Certificate">SHA-256 of the certificate (DER) that it belongs to.</param>
/// <param name="Provider">What keeps it (<c>Microsoft Software Key Storage Provider</c>).</param>
/// <param name="Sddl">Its discretionary access list as SDDL; null when what keeps it knows none.</param>
/// <param name="InHardware">Whether it lies in hardware: a TPM, a smart card, a security module.</param>
public sealed record PrivateKeyState(string Certificate, string Provider, string? Sddl, bool InHardware);

/// <summary>A certificate of the machine store.</summary>
/// <param name="Subject">Subject.</param>
/// <param name="Issuer">Issuer.</param>
/// <param name="NotAfter">End of its life (UTC).</param>
/// <param name="HasPrivateKey">Whether its private key is there.</param>
/// <param name="RootSha256">SHA-256 of the root of its chain, or null when the chain is not complete.</param>
public sealed record CertificateState(string Subject, string Issuer, DateTimeOffset NotAfter, bool HasPrivateKey, string? RootSha256);
