using MimeKit;

namespace Gateway.DicomMail.Receipts;

/// <summary>Reads receipts that are not encrypted.</summary>
public static class PlainReceipts
{
    /// <summary>Reads one.</summary>
    /// <param name="report">A mail that is a report.</param>
    /// <returns>The receipt; null where the mail is none.</returns>
    public static Receipt? Read(MimeMessage report)
    {
        if (report.BodyParts.OfType<MessageDispositionNotification>().FirstOrDefault() is not { Content: { } content })
            return null;
        using var text = new MemoryStream();
        content.DecodeTo(text);
        return Receipt.Read(report.Headers, text.ToArray());
    }
}
