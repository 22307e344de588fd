namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>Certificates of the machine store.</summary>
public interface ICertificates : IAbility
{
    /// <summary>Certificates of <c>LocalMachine\My</c>.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<IReadOnlyList<CertificateState>> ReadAsync(CancellationToken cancel);
}

/// <summary>A certificate of the machine store.</summary>
/// <param name="Subject">Subject.</param>
/// <param name="Issuer">Issuer.</param>
/// <param name="NotAfter">End of its life (UTC).</param>
/// <param name="HasPrivateKey">Whether its private key is there.</param>
/// <param name="RootSha256">SHA-256 of the root of its chain, or null when the chain is not complete.</param>
public sealed record CertificateState(string Subject, string Issuer, DateTimeOffset NotAfter, bool HasPrivateKey, string? RootSha256);
