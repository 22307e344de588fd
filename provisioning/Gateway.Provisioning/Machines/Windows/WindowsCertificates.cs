using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>The certificate stores of this computer.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsCertificates : ICertificates
{
    public Provenance Provenance { get; } = new(Source.Measured, @"certificate store LocalMachine\My");

    public Task<IReadOnlyList<CertificateState>> ReadAsync(CancellationToken cancel)
    {
        var known = Known();
        try
        {
            return Task.FromResult<IReadOnlyList<CertificateState>>([.. Of(StoreName.My).Select(certificate => StateOf(certificate, known))]);
        }
        finally
        {
            foreach (var certificate in known)
                certificate.Dispose();
        }
    }

    /// <summary>This machine's own certificates and those that it trusts: among them may be the authority's.</summary>
    public static IReadOnlyList<X509Certificate2> Known() => [.. Of(StoreName.My), .. Of(StoreName.CertificateAuthority), .. Of(StoreName.Root)];

    /// <summary>What is said of a certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="known">Certificates that its chain may be made of.</param>
    internal static CertificateState StateOf(X509Certificate2 certificate, IReadOnlyList<X509Certificate2> known) => new(
        certificate.Subject, certificate.Issuer, certificate.NotAfter.ToUniversalTime(), certificate.HasPrivateKey, SeenChain.RootOf(certificate, known)?.Text);

    private static IEnumerable<X509Certificate2> Of(StoreName name)
    {
        using var store = new X509Store(name, StoreLocation.LocalMachine);
        store.Open(OpenFlags.ReadOnly);
        return [.. store.Certificates];
    }
}
