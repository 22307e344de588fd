using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Diagnosis;

namespace Gateway.Provisioning.Manifest.Reading;

/// <summary>A manifest as it was read: the appliance when it is valid, and every diagnostic.</summary>
/// <param name="Appliance">The appliance, or null when an error stands among the diagnostics.</param>
/// <param name="Diagnostics">Errors and warnings, in the order of the text.</param>
/// <param name="PlaceOf">Finds the place of a JSON pointer.</param>
public sealed record ManifestReading(Appliance? Appliance, IReadOnlyList<Diagnostic> Diagnostics, Func<string, Place?> PlaceOf)
{
    /// <summary>Whether the manifest can be used.</summary>
    [MemberNotNullWhen(true, nameof(Appliance))]
    public bool IsValid => Appliance is not null;
}

/// <summary>Reads a manifest and its overlays: JSON, merge, shape, rules. Each step runs only when the one before found no error.</summary>
public static class ManifestReader
{
    /// <summary>Reads manifest and overlays from files.</summary>
    /// <param name="file">The manifest.</param>
    /// <param name="overlays">Overlays, applied in order.</param>
    /// <param name="today">The day against which attestations and waivers are judged.</param>
    public static ManifestReading ReadFiles(string file, IReadOnlyList<string> overlays, DateOnly today)
    {
        var texts = new List<(string, byte[])>();
        var unreadable = new List<Diagnostic>();
        foreach (var path in overlays.Prepend(file))
        {
            try
            {
                texts.Add((path, File.ReadAllBytes(path)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                unreadable.Add(Diagnostic.Error("GW1002", $"The file {path} cannot be read: {e.Message}", "Name a file that exists and that you may read; 'gwctl init' writes a new manifest."));
            }
        }

        return unreadable.Count > 0 ? new ManifestReading(null, unreadable, _ => null) : Read(texts, today);
    }

    /// <summary>Reads manifest and overlays from texts.</summary>
    /// <param name="texts">The manifest and then its overlays, each with its name and its UTF-8 bytes.</param>
    /// <param name="today">The day against which attestations and waivers are judged.</param>
    public static ManifestReading Read(IReadOnlyList<(string File, byte[] Utf8)> texts, DateOnly today)
    {
        JsonNode? merged = null;
        var maps = new List<SourceMap>();
        var found = new List<Diagnostic>();
        foreach (var (file, bytes) in texts)
        {
            var utf8 = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsSpan(3) : bytes;
            try
            {
                var map = SourceMap.Of(file, utf8);
                found.AddRange(map.Duplicates.Select(place =>
                    Diagnostic.Error("GW1106", $"The field '{place.Pointer[(place.Pointer.LastIndexOf('/') + 1)..]}' stands twice in its object.", "Remove one of the two.", place)));
                if (found.Count > 0)
                    continue;
                var node = JsonNode.Parse(utf8, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
                merged = maps.Count == 0 ? node : MergePatch.Apply(merged, node);
                maps.Add(map);
            }
            catch (JsonException e)
            {
                var place = new Place(file, "", (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1);
                found.Add(Diagnostic.Error("GW1001", "The text is not JSON: " + FirstSentence(e.Message), "Correct the text at this place.", place));
            }
        }

        if (found.Count > 0)
            return new ManifestReading(null, found, _ => null);

        // The last text that holds a value is the one that set it.
        Place PlaceOf(string pointer) => (maps.FindLast(map => map.Has(pointer)) ?? maps[0]).PlaceOf(pointer);
        found.AddRange(new ShapeCheck(PlaceOf).Check(merged, typeof(Appliance)));
        if (found.Count > 0)
            return new ManifestReading(null, InOrder(found), PlaceOf);

        var appliance = merged.Deserialize<Appliance>(ManifestJson.Compact)!;
        found.AddRange(ManifestRules.Check(appliance, today, PlaceOf));
        return new ManifestReading(found.Any(d => d.Severity == Severity.Error) ? null : appliance, InOrder(found), PlaceOf);
    }

    private static List<Diagnostic> InOrder(List<Diagnostic> found) =>
        [.. found.OrderBy(d => d.Place?.Line ?? 0).ThenBy(d => d.Place?.Column ?? 0)];

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end > 0 ? message[..end] : message;
    }
}
