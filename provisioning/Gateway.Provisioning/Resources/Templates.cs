using System.Text.Json;
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
            globals.Add(key, value);
        globals.Import("json", (object? value) => JsonSerializer.Serialize(value, ManifestJson.Compact));
        var context = new TemplateContext { StrictVariables = true, NewLine = "\n", LoopLimit = 100_000 };
        context.PushGlobal(globals);
        return template.Render(context);
    }
}
