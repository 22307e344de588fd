using Gateway.DicomMail.Messages;
using Gateway.DicomMail.OpenPgp;
using MimeKit.Utils;

namespace Gateway.DicomMail.Receipts;

/// <summary>
/// Writes receipts: a <c>multipart/report</c> (RFC 8098 section 3) as it is, or signed and encrypted (RFC 3156) for a partner who asks for
/// it so. No receipt asks for a receipt, and the envelope that it is sent in has no sender.
/// </summary>
public static class ReceiptMessage
{
    private const string Product = "DICOM-Mail Gateway";

    /// <summary>Writes a receipt that anybody can read.</summary>
    public static void WritePlain(OutgoingReceipt receipt, Stream to)
    {
        StudyContent.Text(to, $"""
            Subject: {OutgoingMessage.Subject}
            MIME-Version: 1.0

            """);
        WriteReport(receipt, to);
    }

    /// <summary>Writes a receipt that we sign and its recipient alone can read.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="signer">Our key.</param>
    /// <param name="recipients">The keys that can open it.</param>
    /// <param name="to">Where it is written.</param>
    public static void WriteSigned(OutgoingReceipt receipt, OwnKey signer, IReadOnlyList<PublicKey> recipients, Stream to)
    {
        var outside = new OutgoingMessage(new SetPart("", 1, 1), receipt.MessageId, receipt.From, receipt.To, IsUrgent: false, [], [], receipt.At);
        StudyMessage.WriteEncrypted(outside, $"{HeaderNames.OriginalContentId}: <{receipt.Receipt.OriginalContentId}>", signer, recipients, Compression.None, to, content => WriteReport(receipt, content));
    }

    private static void WriteReport(OutgoingReceipt outgoing, Stream to)
    {
        var receipt = outgoing.Receipt;
        var boundary = StudyContent.NewBoundary();
        var content = receipt.OriginalContentId is { } id ? $"\n{HeaderNames.OriginalContentId}: <{id}>" : "";
        StudyContent.Text(to, $"""
            From: <{outgoing.From}>
            To: <{outgoing.To}>
            Date: {DateUtils.FormatDate(outgoing.At)}
            Message-ID: <{outgoing.MessageId}>{content}
            {HeaderNames.Report}: {receipt.ReportOf(outgoing.Stored, outgoing.Refused)}
            Content-Type: multipart/report; report-type=disposition-notification; boundary="{boundary}"

            --{boundary}
            Content-Type: text/plain; charset=us-ascii

            The gateway at {outgoing.From} answers for a message with images: {receipt.Disposition}.

            --{boundary}
            Content-Type: message/disposition-notification

            Reporting-UA: {outgoing.From[(outgoing.From.LastIndexOf('@') + 1)..]}; {Product}
            Final-Recipient: rfc822; {outgoing.From}
            Original-Message-ID: <{receipt.OriginalMessageId}>
            Disposition: {receipt.Disposition}

            --{boundary}--

            """);
    }
}
