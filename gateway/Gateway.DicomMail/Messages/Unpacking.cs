using Gateway.DicomMail.OpenPgp;
using MimeKit;
using MimeKit.IO;
using MimeKit.IO.Filters;

namespace Gateway.DicomMail.Messages;

/// <summary>
/// Opens an encrypted message and lays its parts into a folder, as they come: nothing is held in memory that could be large. What lies there
/// has no meaning until the whole message was read and its signature is known; a message that cannot be read to its end leaves nothing.
/// Tolerant in what it accepts: <c>related</c>, <c>mixed</c> or a single part, any order, with or without <c>id</c>, base64, quoted-printable or binary,
/// the ZIP variant (PS3.11 annex L).
/// </summary>
public static class Unpacking
{
    // An image that is empty all over is deflated to a thousandth, and no content to less (RFC 1951 section 3.2.5).
    private const int EmptyImageRatio = 1100;

    /// <summary>Unpacks a message.</summary>
    /// <param name="path">The file of the mail.</param>
    /// <param name="look">What its outside tells.</param>
    /// <param name="ring">Our keys, and those of partners.</param>
    /// <param name="folder">An empty folder for the parts.</param>
    /// <param name="limits">What it may take.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="OpenPgpException">It cannot be decrypted, or is not whole.</exception>
    /// <exception cref="MailException">Its content cannot be read, or takes more than the limits.</exception>
    /// <exception cref="NoRoomException">The disk has no room for what is in it.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static UnpackedMessage Unpack(string path, MailLook look, KeyRing ring, string folder, UnpackLimits limits, CancellationToken cancellation)
    {
        using var raw = look.OpenContent(path);
        using var content = Decoded(raw, look.Encoding);
        using var decrypted = DecryptingStream.Open(content, ring, new DecryptionLimits { PlaintextBytes = limits.MaximumBytes, CompressionRatio = EmptyImageRatio });
        using var bounded = new BoundedHeaders(decrypted);
        using var collector = new PartCollector(bounded, folder, limits);
        try
        {
            collector.ReadEntity(cancellation);
            decrypted.CopyTo(Stream.Null); // the signature stands behind the content
        }
        catch (FormatException failure)
        {
            throw new MailException("What is inside the encryption is no MIME entity.", failure);
        }

        return collector.ToMessage(decrypted.Signature);
    }

    internal static Stream Decoded(Stream raw, ContentEncoding encoding)
    {
        if (encoding is not (ContentEncoding.Base64 or ContentEncoding.QuotedPrintable or ContentEncoding.UUEncode))
            return raw;
        var decoded = new FilteredStream(raw);
        decoded.Add(DecoderFilter.Create(encoding));
        return decoded;
    }
}
