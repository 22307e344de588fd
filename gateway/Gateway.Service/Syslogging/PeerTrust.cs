using System.Security.Cryptography.X509Certificates;

namespace Gateway.Service.Syslogging;

/// <summary>Whom a server's certificate must come from: one authority, or those of the machine.</summary>
internal static class PeerTrust
{
    /// <summary>The rules for a chain.</summary>
    /// <param name="authorityFile">The file of the authority's certificates, PEM; null for those of the machine.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The file holds no certificate.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static X509ChainPolicy Policy(string? authorityFile)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck }; // an internal authority's list is seldom reachable from here
        if (authorityFile is null)
            return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.ImportFromPemFile(authorityFile);
        return policy;
    }
}
