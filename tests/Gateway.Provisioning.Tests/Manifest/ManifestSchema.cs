using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Tests.Manifest;

/// <summary>Generates the manifest's JSON Schema from its types; the descriptions are the types' own documentation.</summary>
internal static partial class ManifestSchema
{
    public static string Generate()
    {
        var words = XDocument.Load(Path.ChangeExtension(typeof(Appliance).Assembly.Location, ".xml")).Descendants("member")
            .ToDictionary(m => m.Attribute("name")!.Value, m => Space().Replace(m.Element("summary")?.Value.Trim() ?? "", " "));
        var schema = ManifestJson.Compact.GetJsonSchemaAsNode(typeof(Appliance), new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) => Transform(context, node, words),
        }).AsObject();
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "DICOM-Mail gateway appliance");
        return schema.ToJsonString(ManifestJson.Indented) + "\n";
    }

    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode node, Dictionary<string, string> words)
    {
        var type = context.TypeInfo.Type;
        var schema = node as JsonObject ?? [];
        if (TextValueConverterFactory.Describe(type) is { } text)
        {
            schema["type"] = Nullable.GetUnderlyingType(type) is null ? "string" : new JsonArray("string", "null");
            schema["pattern"] = text.Pattern;
        }

        if (context.TypeInfo.Kind == System.Text.Json.Serialization.Metadata.JsonTypeInfoKind.Object)
            schema["additionalProperties"] = false;
        foreach (var attribute in context.PropertyInfo?.AttributeProvider?.GetCustomAttributes(true) ?? [])
            Restrict(schema, attribute);
        if (DescriptionOf(context, words) is { Length: > 0 } description)
        {
            schema.Remove("description");
            schema.Insert(0, "description", description);
        }

        return schema;
    }

    private static void Restrict(JsonObject schema, object attribute)
    {
        switch (attribute)
        {
            case RangeAttribute range:
                schema["minimum"] = (int)range.Minimum;
                schema["maximum"] = (int)range.Maximum;
                break;
            case RegularExpressionAttribute form:
                schema["pattern"] = form.Pattern;
                break;
            case LengthAttribute length:
                schema["minItems"] = length.MinimumLength;
                schema["maxItems"] = length.MaximumLength;
                break;
        }
    }

    private static string? DescriptionOf(JsonSchemaExporterContext context, Dictionary<string, string> words) =>
        context.PropertyInfo?.AttributeProvider is PropertyInfo property
            ? words.GetValueOrDefault($"P:{property.DeclaringType!.FullName}.{property.Name}")
            : words.GetValueOrDefault($"T:{context.TypeInfo.Type.FullName}");

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
