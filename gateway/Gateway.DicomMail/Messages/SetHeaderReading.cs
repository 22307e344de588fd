using System.Globalization;
using MimeKit;

namespace Gateway.DicomMail.Messages;

/// <summary>Reads the headers that tell the set.</summary>
internal static class SetHeaderReading
{
    /// <summary>The message's place in its set; null where the headers tell none that makes sense.</summary>
    public static SetPart? PartOf(HeaderList headers) =>
        headers[HeaderNames.SetId]?.Trim() is { } set && Number(headers[HeaderNames.SetPart]) is { } number && Number(headers[HeaderNames.SetTotal]) is { } total
        && new SetPart(set, number, total) is { IsValid: true } part
            ? part : null;

    /// <summary>An address in a header, without its display name; null where there is none.</summary>
    public static string? AddressOf(HeaderList headers, string name) =>
        headers[name] is { } text && InternetAddressList.TryParse(text, out var list) ? list.Mailboxes.FirstOrDefault()?.Address : null;

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) ? number : null;
}
