using System.Globalization;
using Scriban;
using Scriban.Runtime;

namespace Gateway.Installer.Building;

/// <summary>The source of the MSI, rendered from its template.</summary>
internal static class PackageSource
{
    private const string TemplateName = "gateway.wxs";

    /// <summary>The template, which is part of an MSI's identity.</summary>
    public static string Template { get; } = Read();

    /// <summary>Renders it.</summary>
    /// <param name="version">The product's version.</param>
    /// <param name="product">The product's code.</param>
    /// <param name="files">The files.</param>
    public static string Render(string version, Guid product, IReadOnlyList<ProductFile> files)
    {
        var model = new ScriptObject
        {
            ["version"] = version,
            ["product_code"] = Identity.Show(product),
            ["upgrade_code"] = Identity.Show(Identity.Upgrade),
            ["folders_guid"] = Identity.Show(Identity.Of("component", $"{version}/")),
            ["files"] = files.Select((file, index) => new ScriptObject
            {
                ["id"] = IdOf(index),
                ["name"] = file.Name,
                ["component"] = Identity.Show(Identity.Of("component", $"{version}/{file.Name}")),
            }).ToList(),
        };
        var context = new TemplateContext { StrictVariables = true };
        context.PushGlobal(model);
        return Scriban.Template.Parse(Template, TemplateName).Render(context);
    }

    /// <summary>The key of a file in the tables.</summary>
    /// <param name="index">Its place in the list.</param>
    public static string IdOf(int index) => "File" + index.ToString("D4", CultureInfo.InvariantCulture);

    private static string Read()
    {
        using var reader = new StreamReader(typeof(PackageSource).Assembly.GetManifestResourceStream(TemplateName)!);
        return reader.ReadToEnd();
    }
}
