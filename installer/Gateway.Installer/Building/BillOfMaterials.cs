using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Installer.Building;

/// <summary>What the product is made of, as CycloneDX 1.6 JSON: every package that the lock files resolved for it, and the .NET runtime that it brings along. The same input gives the same document.</summary>
internal static class BillOfMaterials
{
    private static readonly string[] LockFiles = ["provisioning/Gwctl/packages.lock.json", "gateway/Gateway.Service/packages.lock.json"];
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes it.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="folder">The program folder, which says which runtime it brings.</param>
    /// <param name="version">The product's version.</param>
    public static string Of(string repository, string folder, string version)
    {
        var packages = LockFiles.SelectMany(file => Resolved(Path.Combine(repository, file))).Concat(Runtimes(folder)).DistinctBy(package => (package.Name, package.Version)).OrderBy(package => package.Name, StringComparer.Ordinal).ThenBy(package => package.Version, StringComparer.Ordinal);
        var document = new JsonObject
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["version"] = 1,
            ["metadata"] = new JsonObject { ["component"] = new JsonObject { ["type"] = "application", ["name"] = "DICOM-Mail Gateway", ["version"] = version } },
            ["components"] = new JsonArray([.. packages.Select(package => package.ToJson())]),
        };
        return document.ToJsonString(Indented) + "\n";
    }

    // A lock file has a section per framework and runtime; the projects of this repository are the product itself.
    private static IEnumerable<Component> Resolved(string lockFile)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(lockFile));
        return [.. document.RootElement.GetProperty("dependencies").EnumerateObject()
            .Where(section => section.Name.EndsWith("/win-x64", StringComparison.Ordinal) || !section.Name.Contains('/', StringComparison.Ordinal))
            .SelectMany(section => section.Value.EnumerateObject())
            .Where(package => package.Value.TryGetProperty("resolved", out _))
            .Select(package => new Component(package.Name, package.Value.GetProperty("resolved").GetString()!, package.Value.GetProperty("contentHash").GetString()))];
    }

    private static IEnumerable<Component> Runtimes(string folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "Gateway.Service.runtimeconfig.json")));
        return [.. document.RootElement.GetProperty("runtimeOptions").GetProperty("includedFrameworks").EnumerateArray()
            .Select(framework => new Component(framework.GetProperty("name").GetString() + ".Runtime.win-x64", framework.GetProperty("version").GetString()!, null))];
    }

    private sealed record Component(string Name, string Version, string? ContentHash)
    {
        // NuGet's content hash is SHA-512 in base64.
        public JsonNode ToJson()
        {
            var component = new JsonObject { ["type"] = "library", ["name"] = Name, ["version"] = Version, ["purl"] = $"pkg:nuget/{Name}@{Version}" };
            if (ContentHash is not null)
                component["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-512", ["content"] = Convert.ToHexStringLower(Convert.FromBase64String(ContentHash)) });
            return component;
        }
    }
}
