using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest.Reading;

/// <summary>Compares a JSON tree with the types that it will become, and names every difference, not only the first. What it lets pass deserializes.</summary>
public sealed class ShapeCheck(Func<string, Place> placeOf)
{
    private readonly List<Diagnostic> found = [];

    /// <summary>Every difference between the tree and the type.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="type">The type.</param>
    public IReadOnlyList<Diagnostic> Check(JsonNode? root, Type type)
    {
        Value(root, type, nullable: false, attributes: null, pointer: "");
        return found;
    }

    private void Value(JsonNode? node, Type type, bool nullable, System.Reflection.ICustomAttributeProvider? attributes, string pointer)
    {
        if (node is null)
        {
            if (!nullable)
                Report("GW1103", pointer, "The value is null, which is not allowed here.", "Give a value, or leave the field out to take the default.");
            return;
        }

        var info = ManifestJson.Compact.GetTypeInfo(type);
        switch (info.Kind)
        {
            case JsonTypeInfoKind.Object when node is JsonObject obj:
                Object(obj, info, pointer);
                break;
            case JsonTypeInfoKind.Dictionary when node is JsonObject map:
                Dictionary(map, info, pointer);
                break;
            case JsonTypeInfoKind.Enumerable when node is JsonArray array:
                for (var i = 0; i < array.Count; i++)
                    Value(array[i], info.ElementType!, nullable: false, attributes: null, $"{pointer}/{i}");
                Length(array.Count, attributes, pointer);
                break;
            case JsonTypeInfoKind.None:
                Leaf(node, type, attributes, pointer);
                break;
            default:
                Report("GW1102", pointer, $"Found {Found(node)}, expected {(info.Kind == JsonTypeInfoKind.Enumerable ? "a list in [ ]" : "an object in { }")}.", "Write the value in that form; 'gwctl schema' shows it.");
                break;
        }
    }

    private void Object(JsonObject obj, JsonTypeInfo info, string pointer)
    {
        var known = info.Properties.Where(p => p.Set is not null).ToDictionary(p => p.Name, StringComparer.Ordinal);
        foreach (var (name, value) in obj)
        {
            var at = $"{pointer}/{SourceMap.Escape(name)}";
            if (known.TryGetValue(name, out var property))
                Value(value, property.PropertyType, property.IsSetNullable, property.AttributeProvider, at);
            else
                Report("GW1101", at, $"The field '{name}' is unknown.", Suggestion(name, known.Keys));
        }

        foreach (var missing in known.Values.Where(p => p.IsRequired && !obj.ContainsKey(p.Name)))
            Report("GW1104", pointer, $"The field '{missing.Name}' is missing.", "Add it; 'gwctl schema' says what it holds.");
    }

    private void Dictionary(JsonObject map, JsonTypeInfo info, string pointer)
    {
        var key = TextValueConverterFactory.Describe(info.KeyType!);
        foreach (var (name, value) in map)
        {
            var at = $"{pointer}/{SourceMap.Escape(name)}";
            if (key is not null && !Reads($"\"{JsonEncodedText.Encode(name)}\"", info.KeyType!))
                Report("GW1105", at, $"The name '{name}' is not {key.Allowed}.", "Correct the name.");
            Value(value, info.ElementType!, nullable: false, attributes: null, at);
        }
    }

    private void Leaf(JsonNode node, Type type, System.Reflection.ICustomAttributeProvider? attributes, string pointer)
    {
        if (!Reads(node.ToJsonString(), type))
        {
            Report("GW1105", pointer, $"Found {Found(node)}, expected {Allowed(type)}.", "Correct the value.");
            return;
        }

        foreach (var attribute in attributes?.GetCustomAttributes(typeof(ValidationAttribute), true) ?? [])
        {
            object value = node.GetValueKind() == JsonValueKind.Number ? node.GetValue<int>() : node.GetValue<string>();
            switch (attribute)
            {
                case RangeAttribute range when !range.IsValid(value):
                    Report("GW1105", pointer, $"Found {value}, expected a number from {range.Minimum} to {range.Maximum}.", "Correct the value.");
                    break;
                case RegularExpressionAttribute form when !form.IsValid(value):
                    Report("GW1105", pointer, $"Found '{value}', expected a text of the form {form.Pattern}.", "Correct the value.");
                    break;
            }
        }
    }

    private void Length(int count, System.Reflection.ICustomAttributeProvider? attributes, string pointer)
    {
        foreach (LengthAttribute length in attributes?.GetCustomAttributes(typeof(LengthAttribute), true) ?? [])
        {
            if (count < length.MinimumLength || count > length.MaximumLength)
                Report("GW1105", pointer, $"Found {count} entries, expected {length.MinimumLength} to {length.MaximumLength}.", "Add or remove entries.");
        }
    }

    private static bool Reads(string json, Type type)
    {
        try
        {
            JsonSerializer.Deserialize(json, type, ManifestJson.Compact);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Allowed(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (TextValueConverterFactory.Describe(plain) is { } text)
            return text.Allowed;
        if (plain.IsEnum)
            return "one of " + string.Join(", ", Enum.GetNames(plain).Select(JsonNamingPolicy.CamelCase.ConvertName));
        return plain == typeof(bool) ? "true or false"
            : plain == typeof(int) || plain == typeof(long) ? "a whole number"
            : plain == typeof(DateOnly) ? "a date such as 2027-03-31"
            : plain == typeof(DateTimeOffset) ? "a time such as 2027-03-31T02:30:00Z"
            : "a text";
    }

    private static string Found(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"'{Shorten(node.GetValue<string>())}'",
        _ => node.ToJsonString(),
    };

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..57] + "...";

    private static string Suggestion(string name, IEnumerable<string> known)
    {
        var nearest = known.Select(k => (Name: k, Distance: Distance(name, k))).OrderBy(k => k.Distance).FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= Math.Max(2, name.Length / 3)
            ? $"Did you mean '{nearest.Name}'?"
            : "Remove it; known here are " + string.Join(", ", known.Order(StringComparer.Ordinal)) + ".";
    }

    // Levenshtein's distance without regard to case.
    private static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + cost);
            }

            previous = current;
        }

        return previous[b.Length];
    }

    private void Report(string code, string pointer, string message, string mend) =>
        found.Add(Diagnostic.Error(code, message, mend, placeOf(pointer)));
}
