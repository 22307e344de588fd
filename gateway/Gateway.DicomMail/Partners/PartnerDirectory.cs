using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Dicom.Identifiers;
using Gateway.DicomMail.OpenPgp;
using MimeKit;

namespace Gateway.DicomMail.Partners;

/// <summary>
/// Whom images are exchanged with: a file, that a site gets from the network's operator or writes itself, and that it signs with its own key
/// once a person has looked at it. See <see cref="Partner"/> for what an entry says.
/// </summary>
/// <param name="Partners">The partners, each with an id, addresses and keys that no other has.</param>
public sealed record PartnerDirectory(IReadOnlyList<Partner> Partners)
{
    /// <summary>A directory that nobody stands in.</summary>
    public static PartnerDirectory Empty { get; } = new([]);

    private const int FormatVersion = 1;
    private const long LeastMessageBytes = 100_000;

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        WriteIndented = true,
    };

    /// <summary>The partner of that id; null where there is none.</summary>
    public Partner? Find(string id) => Partners.FirstOrDefault(partner => partner.Id == id);

    /// <summary>The partner whose key that is; null where it is nobody's.</summary>
    public Partner? Of(Fingerprint key) => Partners.FirstOrDefault(partner => partner.Keys.Contains(key));

    /// <summary>Reads a directory.</summary>
    /// <param name="json">The file's content, UTF-8.</param>
    /// <returns>The directory, null where there is a problem; and the problems.</returns>
    public static (PartnerDirectory? Directory, IReadOnlyList<DirectoryProblem> Problems) Read(ReadOnlySpan<byte> json)
    {
        DirectoryForm form;
        try
        {
            form = JsonSerializer.Deserialize<DirectoryForm>(json, Form) ?? throw new JsonException("null");
        }
        catch (JsonException failure)
        {
            return (null, [new DirectoryProblem("GW7201", failure.Path ?? "", failure.Message, "a partner directory: a JSON object with formatVersion and partners")]);
        }

        List<DirectoryProblem> problems = [];
        if (form.FormatVersion != FormatVersion)
            problems.Add(new DirectoryProblem("GW7202", "/formatVersion", $"{form.FormatVersion}", $"{FormatVersion}"));
        var partners = form.Partners.Select((entry, index) => Checked(entry, $"/partners/{index}", problems)).ToList();
        foreach (var twice in partners.SelectMany(partner => partner.Keys.Select(key => key.Value)).Concat(partners.Select(partner => partner.Id)).Concat(partners.SelectMany(partner => partner.Addresses))
            .GroupBy(value => value, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            problems.Add(new DirectoryProblem("GW7203", "/partners", $"\"{twice.Key}\" {twice.Count()} times", "each id, address and key once"));
        }

        return problems.Count == 0 ? (new PartnerDirectory(partners), []) : (null, problems);
    }

    /// <summary>The directory as a file.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(
        new DirectoryForm { FormatVersion = FormatVersion, Partners = [.. Partners.Select(EntryOf)] }, Form);

    private static Partner Checked(DirectoryEntry entry, string place, List<DirectoryProblem> problems)
    {
        void Check(bool isRight, string field, string found, string allowed)
        {
            if (!isRight)
                problems.Add(new DirectoryProblem("GW7204", $"{place}/{field}", found, allowed));
        }

        Check(entry.Id.Length is > 0 and <= 64 && entry.Id.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-'), "id", $"\"{entry.Id}\"", "lower-case letters, digits and hyphens, 64 at most");
        Check(entry.Name.Length > 0, "name", "nothing", "the institution's name");
        Check(entry.Addresses.Count > 0, "addresses", "none", "one mail address at least");
        foreach (var (index, address) in entry.Addresses.Index())
            Check(IsAddress(address), $"addresses/{index}", $"\"{address}\"", "a mail address such as gateway@hospital.example, in ASCII");
        foreach (var (index, key) in entry.Keys.Index())
            Check(Fingerprint.TryParse(key, out _), $"keys/{index}", $"\"{key}\"", "a fingerprint: 40 hexadecimal characters");
        foreach (var (index, syntax) in entry.TransferSyntaxes.Index())
            Check(Uid.TryParse(syntax, out _), $"transferSyntaxes/{index}", $"\"{syntax}\"", "the UID of a transfer syntax");
        Check(entry.MaximumMessageBytes >= LeastMessageBytes, "maximumMessageBytes", $"{entry.MaximumMessageBytes}", $"{LeastMessageBytes} at least");
        Check(entry.ReceiptMinutes is >= 1 and <= 10_080, "receiptMinutes", $"{entry.ReceiptMinutes}", "1 to 10080");
        Check(entry.MaximumAgeDays is >= 1 and <= 3650, "maximumAgeDays", $"{entry.MaximumAgeDays}", "1 to 3650");
        return new Partner
        {
            Id = entry.Id,
            Name = entry.Name,
            Addresses = entry.Addresses,
            Keys = [.. entry.Keys.Select(key => Fingerprint.TryParse(key, out var fingerprint) ? fingerprint : null).OfType<Fingerprint>()],
            Receipts = entry.Receipts,
            ReceiptMeans = entry.ReceiptMeans,
            PartialResend = entry.PartialResend,
            MessagePartial = entry.MessagePartial,
            Binary = entry.Binary,
            MaximumMessageBytes = entry.MaximumMessageBytes,
            TransferSyntaxes = entry.TransferSyntaxes,
            Zip = entry.Zip,
            ReceiptTime = TimeSpan.FromMinutes(entry.ReceiptMinutes),
            MaximumAge = TimeSpan.FromDays(entry.MaximumAgeDays),
        };
    }

    // It comes to stand in headers, commands and names of folders.
    private static bool IsAddress(string text) =>
        MailboxAddress.TryParse(text, out var mailbox) && mailbox.Address == text && text.Count(character => character == '@') == 1
        && text.All(character => character is > ' ' and <= '~' and not ('<' or '>' or '"' or '/' or '\\' or ':' or '|' or '?' or '*' or ',' or ';' or '(' or ')'));

    private static DirectoryEntry EntryOf(Partner partner) => new()
    {
        Id = partner.Id,
        Name = partner.Name,
        Addresses = partner.Addresses,
        Keys = [.. partner.Keys.Select(key => key.Value)],
        Receipts = partner.Receipts,
        ReceiptMeans = partner.ReceiptMeans,
        PartialResend = partner.PartialResend,
        MessagePartial = partner.MessagePartial,
        Binary = partner.Binary,
        MaximumMessageBytes = partner.MaximumMessageBytes,
        TransferSyntaxes = partner.TransferSyntaxes,
        Zip = partner.Zip,
        ReceiptMinutes = (int)partner.ReceiptTime.TotalMinutes,
        MaximumAgeDays = (int)partner.MaximumAge.TotalDays,
    };
}
