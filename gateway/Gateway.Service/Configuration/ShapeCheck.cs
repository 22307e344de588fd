using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gateway.Service.Startup;

namespace Gateway.Service.Configuration;

/// <summary>
/// Holds a JSON document against the types that it is read into and finds every unknown, missing and wrong field at once; the serializer
/// alone would stop at the first, and name .NET types.
/// </summary>
internal sealed class ShapeCheck
{
    private const string Mend = "Change it in the manifest and apply that again; this file is rendered from it.";

    private readonly List<Problem> problems = [];

    public static IReadOnlyList<Problem> Of(JsonElement document, Type type)
    {
        var check = new ShapeCheck();
        check.Value(document, ConfigurationFormat.Options.GetTypeInfo(type), "", limits: []);
        return check.problems;
    }

    private void Value(JsonElement value, JsonTypeInfo type, string place, object[] limits)
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object when value.ValueKind == JsonValueKind.Object:
                Fields(value, type, place);
                break;
            case JsonTypeInfoKind.Enumerable when value.ValueKind == JsonValueKind.Array:
                var element = ConfigurationFormat.Options.GetTypeInfo(type.ElementType!);
                foreach (var (index, item) in value.EnumerateArray().Index())
                    Value(item, element, $"{place}/{index}", limits: []);
                break;
            case JsonTypeInfoKind.None when type.Type == typeof(string) && value.ValueKind == JsonValueKind.String:
                if (limits.OfType<AllowedValuesAttribute>().FirstOrDefault() is { } allowed && !allowed.Values.Contains(value.GetString()))
                    Add("GW7005", place, value.GetRawText(), string.Join(", ", allowed.Values.Select(text => $"\"{text}\"")));
                break;
            case JsonTypeInfoKind.None when type.Type == typeof(bool) && value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                break;
            case JsonTypeInfoKind.None when type.Type != typeof(string) && type.Type != typeof(bool) && value.ValueKind == JsonValueKind.Number:
                Number(value, place, limits.OfType<RangeAttribute>().FirstOrDefault());
                break;
            default:
                Add("GW7005", place, value.ValueKind == JsonValueKind.Object ? "an object" : value.GetRawText(), Name(type));
                break;
        }
    }

    private void Fields(JsonElement value, JsonTypeInfo type, string place)
    {
        var known = type.Properties.ToDictionary(property => property.Name, StringComparer.Ordinal);
        HashSet<string> seen = [];
        foreach (var field in value.EnumerateObject())
        {
            var at = $"{place}/{field.Name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
            if (!known.TryGetValue(field.Name, out var property))
                Add("GW7003", at, "an unknown field", string.Join(", ", known.Keys));
            else if (!seen.Add(field.Name))
                Add("GW7005", at, "the field twice", "each field once");
            else
                Value(field.Value, ConfigurationFormat.Options.GetTypeInfo(property.PropertyType), at,
                    property.AttributeProvider?.GetCustomAttributes(inherit: true) ?? []);
        }

        foreach (var missing in type.Properties.Where(property => !seen.Contains(property.Name)))
            Add("GW7004", $"{place}/{missing.Name}", "no such field",
                $"{Name(ConfigurationFormat.Options.GetTypeInfo(missing.PropertyType))}, required");
    }

    private void Number(JsonElement value, string place, RangeAttribute? range)
    {
        var least = Convert.ToInt64(range?.Minimum ?? int.MinValue, CultureInfo.InvariantCulture);
        var most = Convert.ToInt64(range?.Maximum ?? int.MaxValue, CultureInfo.InvariantCulture);
        if (!value.TryGetInt64(out var number) || number < least || number > most)
            Add("GW7006", place, value.GetRawText(), $"a whole number from {least} to {most}");
    }

    private void Add(string code, string place, string found, string allowed) =>
        problems.Add(new Problem(code, place, found, allowed, Mend));

    private static string Name(JsonTypeInfo type) => type.Kind switch
    {
        JsonTypeInfoKind.Object => "an object",
        JsonTypeInfoKind.Enumerable => "an array",
        _ => type.Type == typeof(string) ? "a text" : type.Type == typeof(bool) ? "true or false" : "a whole number",
    };
}
