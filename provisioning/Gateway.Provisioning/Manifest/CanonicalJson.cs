using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest;

/// <summary>One byte sequence for one JSON value: members sorted by code unit, no white space, the escapes of RFC 8785. Fingerprints and reports rest on it; numbers in them are whole.</summary>
public static class CanonicalJson
{
    /// <summary>The canonical bytes (UTF-8).</summary>
    /// <param name="node">A JSON value.</param>
    public static byte[] Bytes(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(node, text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The canonical bytes of a manifest with its overlays, as the product understood it: what is kept beside the journal and handed to the service.</summary>
    /// <param name="appliance">The appliance.</param>
    public static byte[] Of(Appliance appliance)
    {
        ArgumentNullException.ThrowIfNull(appliance);
        return Bytes(JsonSerializer.SerializeToNode(appliance with { Schema = null }, ManifestJson.Compact));
    }

    /// <summary>SHA-256 of the canonical bytes.</summary>
    /// <param name="node">A JSON value.</param>
    public static Sha256Digest Digest(JsonNode? node) => Sha256Digest.Of(Bytes(node));

    private static void Write(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject obj:
                Join('{', '}', obj.OrderBy(member => member.Key, StringComparer.Ordinal), text, member =>
                {
                    Quote(member.Key, text);
                    text.Append(':');
                    Write(member.Value, text);
                });
                break;
            case JsonArray array:
                Join('[', ']', array, text, element => Write(element, text));
                break;
            case JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.String:
                Quote(value.GetValue<string>(), text);
                break;
            default:
                text.Append(node.ToJsonString());
                break;
        }
    }

    private static void Join<T>(char open, char close, IEnumerable<T> items, StringBuilder text, Action<T> write)
    {
        text.Append(open);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
                text.Append(',');
            first = false;
            write(item);
        }

        text.Append(close);
    }

    private static void Quote(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append("\\u").Append(((int)c).ToString("x4")),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
