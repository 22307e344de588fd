using System.Globalization;
using Gateway.DicomMail.Messages;
using MimeKit;

namespace Gateway.DicomMail.Receipts;

/// <summary>A message disposition notification (RFC 8098) with the extensions of DICOM e-mail. Whether it proves anything depends on its signature.</summary>
/// <param name="Verdict">What became of the message.</param>
/// <param name="OriginalMessageId">The Message-ID of the message; null where it names none.</param>
/// <param name="OriginalContentId">The Content-ID of the message's content; null where it names none.</param>
/// <param name="Missing">The numbers of the messages of the same set that never came; empty for none.</param>
public sealed record Receipt(ReceiptVerdict Verdict, string? OriginalMessageId, string? OriginalContentId, IReadOnlyList<int> Missing)
{
    private const string MissingWord = "missing=";

    /// <summary>The disposition field's value.</summary>
    public string Disposition => "automatic-action/MDN-sent-automatically; " + Verdict switch
    {
        ReceiptVerdict.Accepted => "displayed",
        ReceiptVerdict.AcceptedWithWarning => "displayed/warning",
        ReceiptVerdict.SendAgain => "deleted/error",
        _ => "deleted",
    };

    /// <summary>The report in words of ours: how many objects were stored and refused, and which messages never came.</summary>
    /// <param name="stored">How many objects were stored.</param>
    /// <param name="refused">How many were refused.</param>
    public string ReportOf(int stored, int refused) =>
        $"stored={stored}; refused={refused}" + (Missing.Count == 0 ? "" : $"; {MissingWord}{string.Join(",", Missing)}");

    /// <summary>Reads one.</summary>
    /// <param name="headers">The headers of the entity that holds it.</param>
    /// <param name="notification">The content of its part <c>message/disposition-notification</c>.</param>
    /// <returns>The receipt; null where it says nothing that can be understood.</returns>
    internal static Receipt? Read(HeaderList headers, byte[] notification)
    {
        if (FieldsOf(notification) is not { } fields)
            return null;
        return VerdictOf(fields["Disposition"]) is { } verdict
            ? new Receipt(verdict, Id(fields["Original-Message-ID"]), Id(headers[HeaderNames.OriginalContentId] ?? fields[HeaderNames.OriginalContentId]), MissingIn(headers[HeaderNames.Report] ?? fields[HeaderNames.Report]))
            : null;
    }

    private static HeaderList? FieldsOf(byte[] notification)
    {
        try
        {
            using var text = new MemoryStream(notification);
            return HeaderList.Load(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static ReceiptVerdict? VerdictOf(string? disposition)
    {
        var (type, modifiers) = (disposition ?? "").Split(';', 2) is [_, var what] && what.Trim().ToLowerInvariant().Split('/', 2) is [var first, ..] both
            ? (first.Trim(), both.Length > 1 ? both[1] : "") : ("", "");
        return type switch
        {
            "displayed" or "processed" => modifiers.Contains("error", StringComparison.Ordinal) ? ReceiptVerdict.SendAgain
                : modifiers.Contains("warning", StringComparison.Ordinal) ? ReceiptVerdict.AcceptedWithWarning : ReceiptVerdict.Accepted,
            "deleted" => modifiers.Contains("error", StringComparison.Ordinal) ? ReceiptVerdict.SendAgain : ReceiptVerdict.NotAccepted,
            "failed" or "denied" => ReceiptVerdict.NotAccepted,
            _ => null, // dispatched, or what no standard names: it says nothing of the images
        };
    }

    private static IReadOnlyList<int> MissingIn(string? report) =>
        [.. (report ?? "").Split(';', StringSplitOptions.TrimEntries).Where(word => word.StartsWith(MissingWord, StringComparison.OrdinalIgnoreCase))
            .SelectMany(word => word[MissingWord.Length..].Split(',', StringSplitOptions.TrimEntries))
            .Select(number => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var part) ? part : 0)
            .Where(part => part is >= 1 and <= SetPart.MostParts).Distinct().Order()];

    private static string? Id(string? text) => text?.Trim().TrimStart('<').TrimEnd('>') is { Length: > 0 } id ? id : null;
}
