using System.Security.Cryptography.X509Certificates;

namespace Gateway.Service.Certifying;

/// <summary>Whether a certificate that came back is good for the transport.</summary>
internal static class IssuedCertificate
{
    private const string AnyPurpose = "2.5.29.37.0";

    /// <summary>What does not fit, all of it.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="subject">The text of the manifest that finds it.</param>
    /// <param name="authority">Judges who has issued it.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<CertProblem> ProblemsOf(X509Certificate2 certificate, string subject, AuthorityCheck authority, DateTimeOffset now)
    {
        var problems = new List<CertProblem>();
        if (certificate.Until() <= now)
            problems.Add(new("GW7129", $"The certificate ended on {certificate.Until():yyyy-MM-dd HH:mm} UTC.", "Look at this machine's clock; where that is right, ask the network's authority for another one."));
        if (!AllowsClients(certificate))
            problems.Add(new("GW7130", "The certificate is not for clients of TLS (extendedKeyUsage clientAuth, keyUsage digitalSignature).", "Ask the network's authority for one that is: the request says so."));
        if (!certificate.Subject.Contains(subject, StringComparison.OrdinalIgnoreCase))
        {
            problems.Add(new(
                "GW7134", $"The certificate is for \"{certificate.Subject}\", which does not hold \"{subject}\", by which the gateway finds its certificate.",
                "Where the authority chose that subject on purpose, change mail.clientCertificate.subject of the manifest, apply that, and install once more."));
        }

        switch (authority.Judge(certificate, now))
        {
            case { Standing: IssuerStanding.Other, Detail: var root }:
                problems.Add(new("GW7131", $"The certificate was issued by \"{root}\", which is not the authority that the manifest pins.", "Have the network's authority sign the request; where it is another one now, change mail.authority of the manifest."));
                break;
            case { Standing: IssuerStanding.Wrong, Detail: var status }:
                problems.Add(new("GW7131", $"The chain from the certificate to the pinned authority is no good ({status}).", "Ask the network's authority for the certificate and its chain once more."));
                break;
            case { Standing: IssuerStanding.Unknown, Detail: var issuer }:
                problems.Add(new("GW7132", $"The certificate of \"{issuer}\" is not at hand, so that nobody can tell whether the pinned authority has issued this one.", "Name the file with it, PEM or DER: --chain FILE."));
                break;
        }

        return problems;
    }

    // RFC 5280 sections 4.2.1.3 and 4.2.1.12: what is not said is not limited. A client signs the handshake (RFC 8446 section 4.4.3).
    private static bool AllowsClients(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().All(purposes => purposes.EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>().Any(one => one.Value is SigningRequest.ClientAuthentication or AnyPurpose))
        && certificate.Extensions.OfType<X509KeyUsageExtension>().All(usage => usage.KeyUsages.HasFlag(X509KeyUsageFlags.DigitalSignature));
}
