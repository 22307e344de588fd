using System.Text.RegularExpressions;
using MimeKit;
using MimeKit.Utils;

namespace Gateway.DicomMail.Bounces;

/// <summary>Reads bounces: delivery status reports (RFC 3464, in several languages RFC 6533), and the older form without one that names its recipients in X-Failed-Recipients.</summary>
public static partial class BounceReader
{
    private const int LongestDiagnostic = 300;

    /// <summary>What a mail says of undelivered ones.</summary>
    /// <param name="mail">A mail.</param>
    /// <returns>One for each recipient; none where the mail is no bounce, or tells of success only.</returns>
    public static IReadOnlyList<Bounce> Read(MimeMessage mail)
    {
        if (mail.Body is not Multipart report || !report.ContentType.IsMimeType("multipart", "report") || !IsDeliveryStatus(report.ContentType.Parameters["report-type"]))
            return Older(mail);
        var groups = (report.OfType<MessageDeliveryStatus>().FirstOrDefault() ?? report.OfType<MimePart>().Where(IsGlobalStatus).Select(AsStatus).FirstOrDefault())?.StatusGroups ?? [];
        var id = report.Select(MessageIdOf).FirstOrDefault(found => found is not null) ?? Named(mail);
        var envelope = groups.FirstOrDefault()?["Original-Envelope-Id"]?.Trim();
        return [.. groups.Skip(1).Select(fields => BounceOf(fields, id, envelope)).OfType<Bounce>()];
    }

    private static Bounce? BounceOf(HeaderList fields, string? id, string? envelope)
    {
        var isFinal = fields["Action"]?.Trim().ToUpperInvariant() switch { "FAILED" => true, "DELAYED" => false, _ => (bool?)null };
        var recipient = Typed(fields["Original-Recipient"]) ?? Typed(fields["Final-Recipient"]);
        if (isFinal is null || recipient is null)
            return null;
        var status = StatusForm().Match(fields["Status"] ?? "") is { Success: true } match ? match.Value : isFinal.Value ? "5.0.0" : "4.0.0";
        return new(id, recipient, isFinal.Value, status, OneLine(Typed(fields["Diagnostic-Code"]) ?? ""), envelope);
    }

    // Exim before 4.83, and mailers without RFC 3464: the header alone says for whom it failed.
    private static IReadOnlyList<Bounce> Older(MimeMessage mail)
    {
        if (mail.Headers["X-Failed-Recipients"] is not { } failed)
            return [];
        var text = mail.TextBody ?? "";
        var id = Named(mail) ?? (QuotedId().Match(text) is { Success: true } quoted ? quoted.Groups[1].Value : null);
        var said = SmtpSaid().Match(text);
        var status = StatusForm().Match(said.Value) is { Success: true } match ? match.Value : "5.0.0";
        return [.. failed.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(recipient => new Bounce(id, recipient, IsFinal: true, status, OneLine(said.Value)))];
    }

    // The returned message, or its header section alone (RFC 3462 section 2, RFC 6533 section 4).
    private static string? MessageIdOf(MimeEntity part) => part switch
    {
        MessagePart { Message: { } returned } => returned.MessageId,
        MimePart { Content: not null } headers when headers.ContentType.IsMimeType("text", "rfc822-headers") || headers.ContentType.IsMimeType("message", "global-headers")
            => HeadersOf(headers)[HeaderId.MessageId] is { } id ? MimeUtils.EnumerateReferences(id).FirstOrDefault() : null,
        _ => null,
    };

    private static string? Named(MimeMessage mail) => mail.InReplyTo ?? mail.References.LastOrDefault();

    private static bool IsDeliveryStatus(string? type) => type is not null && (type.Equals("delivery-status", StringComparison.OrdinalIgnoreCase) || type.Equals("global-delivery-status", StringComparison.OrdinalIgnoreCase));

    private static bool IsGlobalStatus(MimePart part) => part.ContentType.IsMimeType("message", "global-delivery-status");

    private static MessageDeliveryStatus AsStatus(MimePart part) => new() { Content = part.Content };

    private static HeaderList HeadersOf(MimePart part)
    {
        using var content = new MemoryStream();
        part.Content!.DecodeTo(content);
        content.Write("\r\n\r\n"u8);
        content.Position = 0;
        return HeaderList.Load(content);
    }

    // "rfc822; gw@site.example", "smtp; 550 …": the type is not needed (RFC 3464 section 2.1.2).
    private static string? Typed(string? field)
    {
        if (field is null)
            return null;
        var at = field.IndexOf(';', StringComparison.Ordinal);
        var text = field[(at + 1)..].Trim().Trim('<', '>');
        return text.Length == 0 ? null : text;
    }

    private static string OneLine(string text)
    {
        var line = Blank().Replace(text, " ").Trim();
        return new([.. line.Take(LongestDiagnostic).Where(c => !char.IsControl(c))]);
    }

    [GeneratedRegex(@"[245]\.[0-9]{1,3}\.[0-9]{1,3}", RegexOptions.CultureInvariant)]
    private static partial Regex StatusForm();

    [GeneratedRegex(@"^Message-ID:\s*<([^>\s]+)>", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex QuotedId();

    [GeneratedRegex(@"\b[45][0-9]{2}[ -][^\r\n]*", RegexOptions.CultureInvariant)]
    private static partial Regex SmtpSaid();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Blank();
}
