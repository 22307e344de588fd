using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Provisioning.Manifest;
using Gwctl.Logs;

namespace Gwctl.Doctoring;

/// <summary>
/// What may leave a site in a support archive: the product's own words, numbers and times, and the names that the manifest gives to things. Whatever a person, a peer or Windows said stays out,
/// since it may name a patient, a user or a secret; so nothing has to be recognised in order to be removed.
/// </summary>
internal sealed partial class OwnWords
{
    /// <summary>What stands in place of what is left out.</summary>
    public const string LeftOut = "[left out]";

    private const int LongestName = 64;

    // Fields of the manifest that a person fills in about persons, or in prose.
    private static readonly HashSet<string> OfPersons = ["by", "owner", "statement", "reason", "userName", "account", "registrationUser", "addressesRefreshedBy", "subject", "approver", "text", "scanCommand"];

    // The program's own sentences, which say of themselves that they name nobody: alarms.
    private const string Alarm = "{Code} {Subject}: {Text}";

    private readonly HashSet<string> names;

    /// <summary>The words of a site.</summary>
    /// <param name="appliance">Its manifest.</param>
    public OwnWords(Appliance appliance)
    {
        Manifest = Cleaned(null, JsonNode.Parse(CanonicalJson.Of(appliance)))!;
        names = [.. Strings(Manifest).Where(name => name.Length is > 0 and <= LongestName && !name.Contains(' ', StringComparison.Ordinal))];
    }

    /// <summary>The manifest without persons, prose and the local parts of addresses.</summary>
    public JsonNode Manifest { get; }

    /// <summary>A line of the log.</summary>
    /// <param name="line">The line.</param>
    public string Of(LogLine line) => line.Text(value => line.Template == Alarm ? value.ToString() : Of(value));

    /// <summary>The codes in what a peer said: a DIMSE status (PS3.7, annex C) or the reply of a mail server (RFC 5321, RFC 3463).</summary>
    /// <param name="said">What it said.</param>
    public static string CodesIn(string said) => Codes().Matches(said) is { Count: > 0 } codes ? string.Join(' ', codes.Select(code => code.Value)) : LeftOut;

    private string Of(JsonElement value) => value.ValueKind != JsonValueKind.String ? (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? LeftOut : value.ToString())
        : value.GetString()! is var text && (names.Contains(text) || ProductCode().IsMatch(text) || Time().IsMatch(text)) ? text
        : CodesIn(text);

    private static JsonNode? Cleaned(string? field, JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.Select(one => KeyValuePair.Create(one.Key, Cleaned(one.Key, one.Value)))),
        JsonArray list => new JsonArray([.. list.Select(one => Cleaned(field, one))]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => field is not null && OfPersons.Contains(field) ? LeftOut : Clean(value.GetValue<string>()),
        _ => node?.DeepClone(),
    };

    // The path of a web address is often a secret itself. A path begins with its drive; what has a backslash and no drive is an account or a share.
    private static string Clean(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? $"{address.Scheme}://{address.Host}/{LeftOut}"
        : text.Contains('@', StringComparison.Ordinal) ? LeftOut + text[text.LastIndexOf('@')..]
        : text.Contains('\\', StringComparison.Ordinal) && !Path().IsMatch(text) ? LeftOut
        : text;

    private static IEnumerable<string> Strings(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(one => Strings(one.Value)),
        JsonArray list => list.SelectMany(Strings),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => [value.GetValue<string>()],
        _ => [],
    };

    [GeneratedRegex(@"^(?=[A-F]*[0-9])[0-9A-F]{4}(?= )|\b[245]\d\d [245]\.\d{1,3}\.\d{1,3}\b|(?<=^|: |"")[45]\d\d(?= )")]
    private static partial Regex Codes();

    // A time with its hour, or a span: a day alone may be one of birth.
    [GeneratedRegex(@"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.:+Z-]*|(\d+\.)?\d\d:\d\d:\d\d(\.\d+)?)$")]
    private static partial Regex Time();

    [GeneratedRegex(@"^(GW\d{4}|[A-Z][A-Za-z]+Exception)$")]
    private static partial Regex ProductCode();

    [GeneratedRegex(@"^([A-Za-z]:\\|%[A-Z_]+%)", RegexOptions.CultureInvariant)]
    private static partial Regex Path();
}
