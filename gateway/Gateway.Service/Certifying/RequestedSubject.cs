using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Service.Certifying;

/// <summary>The subject that a certificate is asked for with. The gateway finds its certificate by a text of the manifest, which it must therefore hold.</summary>
internal static class RequestedSubject
{
    private const int LongestName = 64; // RFC 5280 appendix A.1: ub-common-name, ub-organization-name, ub-organizational-unit-name
    private const string Country = "2.5.4.6";

    /// <summary>Reads one, or makes it of the manifest: the text that finds the certificate, and the site as its organization.</summary>
    /// <param name="asked">The subject as it was asked for; null for the manifest's.</param>
    /// <param name="text">What it must hold.</param>
    /// <param name="site">The site's name.</param>
    /// <exception cref="CertRefusal">It is none (GW7120), or does not hold the text (GW7121).</exception>
    public static X500DistinguishedName Of(string? asked, string text, string site)
    {
        var subject = Parse(asked ?? $"{(text.Contains('=', StringComparison.Ordinal) ? text : $"CN={Quoted(text)}")}, O={Quoted(site)}");
        return subject.Name.Contains(text, StringComparison.OrdinalIgnoreCase) ? subject : throw new CertRefusal(
            "GW7121", $"The subject \"{subject.Name}\" does not hold \"{text}\", by which the gateway finds its certificate.", "Name a subject that holds it, or change mail.clientCertificate.subject of the manifest and apply that.");
    }

    private static X500DistinguishedName Parse(string text)
    {
        X500DistinguishedName name;
        try
        {
            name = new X500DistinguishedName(text);
        }
        catch (CryptographicException failure)
        {
            throw Wrong(text, failure.Message);
        }

        foreach (var part in name.EnumerateRelativeDistinguishedNames())
        {
            if (part.HasMultipleElements || part.GetSingleElementValue() is not { Length: > 0 } value)
                throw Wrong(text, "one of its parts has no value, or several");
            if (part.GetSingleElementType().Value == Country ? value.Length != 2 : value.Length > LongestName)
                throw Wrong(text, $"\"{value}\" is no country of two letters, or longer than {LongestName} characters");
        }

        return name;
    }

    private static CertRefusal Wrong(string text, string why) => new(
        "GW7120", $"\"{text}\" is no subject that can be asked for: {why.TrimEnd('.')}.", "Name it with --subject, such as \"CN=gateway@hospital.example,O=Hospital,C=DE\".");

    private static string Quoted(string value) => $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
