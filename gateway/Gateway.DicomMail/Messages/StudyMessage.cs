using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using MimeKit.Utils;

namespace Gateway.DicomMail.Messages;

/// <summary>
/// Packs a message: a <c>multipart/encrypted</c> (RFC 3156 section 4), signed and encrypted in one pass. Outside stand the addresses, the
/// set's headers and a constant subject, and nothing about a patient.
/// </summary>
public static class StudyMessage
{
    private const string ArmorName = "encrypted.asc";

    /// <summary>Packs it.</summary>
    /// <param name="message">What is in it.</param>
    /// <param name="partner">Whom it is for, and what it can do.</param>
    /// <param name="signer">Our key.</param>
    /// <param name="recipients">The keys that can open it.</param>
    /// <param name="to">Where the message is written.</param>
    /// <exception cref="IOException">An object cannot be read.</exception>
    public static void Write(OutgoingMessage message, Partner partner, OwnKey signer, IReadOnlyList<PublicKey> recipients, Stream to)
    {
        // A ZIP file is compressed already; its base64 takes a third less again.
        var compression = !partner.Zip ? CompressionChoice.For(message.Objects, partner.Binary) : partner.Binary ? Compression.None : Compression.Huffman;
        WriteEncrypted(message, ReceiptHeaders(message, partner, signer), signer, recipients, compression, to, content => StudyContent.Write(message, partner.Binary, partner.Zip, content));
    }

    internal static void WriteEncrypted(
        OutgoingMessage message, string moreHeaders, OwnKey signer, IReadOnlyList<PublicKey> recipients, Compression compression, Stream to, Action<Stream> content)
    {
        var boundary = StudyContent.NewBoundary();
        StudyContent.Text(to, $"""
            From: <{message.From}>
            To: <{message.To}>
            Subject: {OutgoingMessage.Subject}
            Date: {DateUtils.FormatDate(message.At)}
            Message-ID: <{message.MessageId}>
            {moreHeaders}
            MIME-Version: 1.0
            Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="{boundary}"

            --{boundary}
            Content-Type: application/pgp-encrypted

            Version: 1

            --{boundary}
            Content-Type: application/octet-stream; name="{ArmorName}"


            """);
        using (var armor = new ArmorWriter(to))
        {
            using var encrypting = EncryptingStream.Open(armor, signer, recipients, compression, message.At);
            content(encrypting);
            encrypting.Complete();
            armor.Complete();
        }

        StudyContent.Text(to, $"\n--{boundary}--\n");
    }

    private static string ReceiptHeaders(OutgoingMessage message, Partner partner, OwnKey signer)
    {
        var set = StudyContent.SetHeaders(message);
        return partner.Receipts switch
        {
            ReceiptKind.Plain => $"{set}\n{HeaderNames.ReceiptTo}: <{message.From}>",
            ReceiptKind.Signed => $"{set}\n{HeaderNames.EncryptedReceiptTo}: <{message.From}>\n{HeaderNames.EncryptedReceiptKey}: {signer.Fingerprint}",
            _ => set,
        };
    }
}
