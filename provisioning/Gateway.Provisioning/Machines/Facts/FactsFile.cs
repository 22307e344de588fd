using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Reading;

namespace Gateway.Provisioning.Machines.Facts;

/// <summary>Reads a facts file. What is wrong with one is said with its place and in the product's words, as for a manifest.</summary>
public static class FactsFile
{
    /// <summary>Reads facts.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mend">What to do when it is none.</param>
    /// <exception cref="RefusedException">It cannot be read, or is none (GW6001).</exception>
    public static MachineFacts Read(string path, string mend)
    {
        RefusedException NotFacts(string why, Place? place = null, Exception? inner = null) =>
            new(Diagnostic.Error("GW6001", $"{path} is not a facts file: {why}", mend, place), inner);

        try
        {
            var bytes = File.ReadAllBytes(path);
            var utf8 = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsSpan(3) : bytes;
            if (utf8.IsEmpty)
                throw NotFacts("it is empty.");
            var places = SourceMap.Of(path, utf8);
            if (places.Duplicates is [var twice, ..])
                throw NotFacts("a field stands twice in its object.", twice);
            var tree = JsonNode.Parse(utf8, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (new ShapeCheck(places.PlaceOf).Check(tree, typeof(MachineFacts)) is [var wrong, ..])
                throw NotFacts(wrong.Message, wrong.Place);
            var facts = tree.Deserialize<MachineFacts>(ManifestJson.Compact)!;
            return facts.FormatVersion == MachineFacts.CurrentFormat
                ? facts
                : throw NotFacts($"its format is version {facts.FormatVersion}, and this version of the product reads {MachineFacts.CurrentFormat}.", places.PlaceOf("/formatVersion"));
        }
        catch (JsonException e)
        {
            throw NotFacts("the text is not JSON.", new Place(path, "", (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotFacts(e.Message, inner: e);
        }
    }
}
