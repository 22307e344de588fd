using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Manifest;
using Scriban;
using Scriban.Runtime;

namespace Gateway.Provisioning.Resources;

/// <summary>The templates of the product, embedded from <c>templates/</c>. What a template does not know is an error, never an empty text.</summary>
public static class Templates
{
    /// <summary>Renders a template.</summary>
    /// <param name="name">File name.</param>
    /// <param name="model">What the template speaks of, by name.</param>
    public static string Render(string name, IReadOnlyDictionary<string, object?> model)
    {
        var template = Template.Parse(EmbeddedFiles.Text(name), name);
        if (template.HasErrors)
            throw new InvalidOperationException(string.Join("; ", template.Messages));
        var globals = new ScriptObject();
        foreach (var (key, value) in model)
            globals.Add(key, value is JsonNode node ? Scripted(node) : value);
        globals.Import("json", (object? value) => JsonSerializer.Serialize(value, ManifestJson.Compact));
        var context = new TemplateContext { StrictVariables = true, NewLine = "\n", LoopLimit = 100_000 };
        context.PushGlobal(globals);
        return template.Render(context);
    }

    // A JSON value in the template engine's own objects; it knows no JSON of the framework.
    private static object? Scripted(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                var scripted = new ScriptObject();
                foreach (var (name, value) in members)
                    scripted.Add(name, Scripted(value));
                return scripted;
            case JsonArray elements:
                return new ScriptArray(elements.Select(Scripted));
            case null:
                return null;
            default:
                return node.GetValueKind() switch
                {
                    JsonValueKind.String => node.GetValue<string>(),
                    JsonValueKind.True => true,
                    JsonValueKind.False => false,
                    _ => node.GetValue<long>(),
                };
        }
    }
}
