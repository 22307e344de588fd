using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

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

    public Provenance KeyProvenance { get; } = new(Source.Measured, @"LocalMachine\My; security descriptor of the private key (NCryptGetProperty, or its file)");

    public Task<PrivateKeyState?> ReadKeyAsync(string subject, CancellationToken cancel)
    {
        if (WindowsFiles.IsWine())
            throw new NotAssessableException(new("dies ist Wine, das keine Zugriffsrechte speichert", "this is Wine, which keeps no access rights"));
        return Task.FromResult(With(certificates => Own(certificates, subject) is { } own ? MachineKey.Read(own) : null));
    }

    public Task<string?> WriteKeyAsync(PrivateKeyState key, CancellationToken cancel) => Task.FromResult(With(certificates =>
    {
        if (certificates.FirstOrDefault(c => c.HasPrivateKey && Sha256Digest.Of(c.RawData).Text == key.Certificate) is not { } own)
            return "the certificate of this key is no longer there";
        MachineKey.Write(own, key.Sddl!);
        return null;
    }));

    /// <summary>Of those with a private key whose subject holds a text, the one that lives longest: who may use its key is settled before it counts.</summary>
    /// <param name="certificates">Certificates.</param>
    /// <param name="subject">The text.</param>
    public static X509Certificate2? Own(IEnumerable<X509Certificate2> certificates, string subject) =>
        certificates.Where(c => c.HasPrivateKey && c.Subject.Contains(subject, StringComparison.OrdinalIgnoreCase)).MaxBy(c => c.NotAfter);

    /// <summary>Likewise the one that the gateway shows at a time (its <c>Validity.InUse</c>): the newest that counts, or the one that ended last, or the one that counts first.</summary>
    /// <param name="certificates">Certificates.</param>
    /// <param name="subject">The text.</param>
    /// <param name="now">The time.</param>
    public static X509Certificate2? InUse(IEnumerable<X509Certificate2> certificates, string subject, DateTimeOffset now)
    {
        var (at, own) = (now.LocalDateTime, certificates.Where(c => c.HasPrivateKey && c.Subject.Contains(subject, StringComparison.OrdinalIgnoreCase)).ToList());
        return own.Where(c => c.NotBefore <= at && at < c.NotAfter).MaxBy(c => (c.NotBefore, c.NotAfter)) ?? own.Where(c => c.NotAfter <= at).MaxBy(c => c.NotAfter) ?? own.MinBy(c => c.NotBefore);
    }

    private static T With<T>(Func<IReadOnlyList<X509Certificate2>, T> use)
    {
        IReadOnlyList<X509Certificate2> own = [.. Of(StoreName.My)];
        try
        {
            return use(own);
        }
        finally
        {
            foreach (var certificate in own)
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
