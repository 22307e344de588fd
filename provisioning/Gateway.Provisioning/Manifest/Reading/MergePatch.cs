using System.Text.Json.Nodes;

namespace Gateway.Provisioning.Manifest.Reading;

/// <summary>JSON merge patch (RFC 7396): a site's overlay over the manifest of the fleet.</summary>
public static class MergePatch
{
    /// <summary>The target with the patch applied; neither is changed. Null removes a member, an array replaces the whole array.</summary>
    /// <param name="target">What is patched.</param>
    /// <param name="patch">The patch.</param>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject members)
            return patch?.DeepClone();
        var result = target is JsonObject existing ? (JsonObject)existing.DeepClone() : [];
        foreach (var (name, value) in members)
        {
            if (value is null)
                result.Remove(name);
            else
                result[name] = Apply(result[name], value);
        }

        return result;
    }
}
