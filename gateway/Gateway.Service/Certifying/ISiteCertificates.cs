using System.Security.Cryptography;

namespace Gateway.Service.Certifying;

/// <summary>Where this site's certificates are: a file, the machine's store, a folder.</summary>
internal interface ISiteCertificates
{
    /// <summary>Changes when they do; null where that cannot be told without reading them.</summary>
    string? Stamp();

    /// <summary>Reads them.</summary>
    /// <exception cref="CryptographicException">What is there is no certificate.</exception>
    /// <exception cref="IOException">What is there cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not read it.</exception>
    IReadOnlyList<SiteCertificate> Read();
}
