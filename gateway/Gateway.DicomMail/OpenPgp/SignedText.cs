using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>A text with the signature over it in the same document, which a person can read (RFC 9580 section 7): blanks at the end of a line do not count, nor which line end it has.</summary>
public static class SignedText
{
    private const string LineEnd = "\r\n";
    private const string Beginning = "-----BEGIN PGP SIGNED MESSAGE-----";
    private const string SignatureBeginning = "-----BEGIN PGP SIGNATURE-----";
    private const string End = "-----END PGP SIGNATURE-----";
    private const string DashEscape = "- ";

    /// <summary>Signs a text with SHA-256.</summary>
    /// <param name="text">The text.</param>
    /// <param name="signer">The own key that signs.</param>
    /// <param name="at">The time of the signature.</param>
    /// <returns>The document, with CRLF.</returns>
    /// <exception cref="OpenPgpException">The key cannot sign at that time.</exception>
    public static string Sign(string text, OwnKey signer, DateTimeOffset at)
    {
        var key = signer.SigningKeyAt(at);
        var lines = Lines(text);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Join(LineEnd, lines)));
        using var packet = new MemoryStream();
        DocumentSignature.Write(packet, key, hash, at, PgpSignature.CanonicalTextDocument);
        string[] document = [Beginning, "Hash: SHA256", "", .. lines.Select(line => line.StartsWith('-') ? DashEscape + line : line), ArmorWriter.Text(packet.ToArray(), "PGP SIGNATURE")];
        return string.Join(LineEnd, document);
    }

    /// <summary>Reads a document, and judges its signature by the signer's key as it was when it signed: one that has expired since still vouches, one that was revoked does not.</summary>
    /// <param name="document">The document, and nothing before or behind it.</param>
    /// <param name="ring">The keys by which the signer is known.</param>
    /// <param name="text">The text, with CRLF; null where it is no such document.</param>
    /// <returns>The verdict.</returns>
    [SuppressMessage("Design", "CA1021", Justification = "The text is worth nothing without the verdict.")]
    public static SignatureVerdict Read(string document, KeyRing ring, out string? text)
    {
        text = null;
        var lines = Lines(document.TrimEnd());
        var (head, end) = (Array.IndexOf(lines, ""), Array.IndexOf(lines, SignatureBeginning));
        if (lines[0] != Beginning || lines[^1] != End || head < 0 || end < head)
            return new SignatureVerdict.None();
        text = string.Join(LineEnd, lines[(head + 1)..end].Select(line => line.StartsWith(DashEscape, StringComparison.Ordinal) ? line[DashEscape.Length..] : line));
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return DetachedSignature.Judge(content, string.Join(LineEnd, lines[end..]), ring, when: null);
    }

    private static string[] Lines(string text) => [.. text.Split('\n').Select(line => line.TrimEnd(' ', '\t', '\r'))];
}
