using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Installer.Building;

/// <summary>What an MSI was built from and with: enough to build it again and to see that it is the same. It holds no time, no machine and no path.</summary>
internal static class BuildRecord
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes it.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="version">The product's version.</param>
    /// <param name="codes">The MSI's codes.</param>
    /// <param name="msiDigest">SHA-256 of the MSI.</param>
    /// <param name="files">Its files.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task<string> OfAsync(string repository, string version, PackageCodes codes, string msiDigest, IReadOnlyList<ProductFile> files, CancellationToken cancel)
    {
        async Task<string> FirstLineAsync(string program, params string[] arguments) => (await Tool.RunAsync(program, arguments, repository, cancel)).Split('\n')[0].Trim();
        var changed = (await Tool.RunAsync("git", ["status", "--porcelain"], repository, cancel)).Length > 0;
        var document = new JsonObject
        {
            ["format"] = 1,
            ["product"] = "DICOM-Mail Gateway",
            ["version"] = version,
            ["commit"] = await FirstLineAsync("git", "rev-parse", "HEAD"),
            ["commitIsWhole"] = !changed,
            ["tools"] = new JsonObject { ["dotnet"] = await FirstLineAsync("dotnet", "--version"), ["wixl"] = await FirstLineAsync("wixl", "--version") },
            ["contentSha256"] = codes.Content,
            ["productCode"] = Identity.Show(codes.Product),
            ["packageCode"] = Identity.Show(codes.Package),
            ["upgradeCode"] = Identity.Show(Identity.Upgrade),
            ["msiSha256"] = msiDigest,
            ["files"] = new JsonArray([.. files.Select(file => new JsonObject { ["name"] = file.Name, ["bytes"] = file.Size, ["sha256"] = file.Sha256 })]),
        };
        return document.ToJsonString(Indented) + "\n";
    }
}
