using System.Text.Json;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Planning;

namespace Gateway.Provisioning.Applying;

/// <summary>What the last apply was to bring about, beside its journal: the manifest as it was understood, with its overlays, and the plan that somebody approved. A run that was cut off is gone on with from here.</summary>
public static class KeptIntent
{
    /// <summary>Where the manifest lies.</summary>
    /// <param name="stateRoot">The state root.</param>
    public static string ManifestIn(string stateRoot) => Path.Combine(stateRoot, "appliance.json");

    /// <summary>The plan that a run was approved by, or null: when it was approved by none, or by one that is not here.</summary>
    /// <param name="stateRoot">The state root.</param>
    /// <param name="run">The run.</param>
    public static Plan? PlanOf(string stateRoot, Run run)
    {
        if (run.Plan is not { } fingerprint || !File.Exists(PlanIn(stateRoot)))
            return null;
        var plan = JsonSerializer.Deserialize<Plan>(File.ReadAllBytes(PlanIn(stateRoot)), ManifestJson.Compact);
        return plan?.Fingerprint == fingerprint ? plan : null;
    }

    /// <summary>Keeps both; what is there already is not written again.</summary>
    internal static void Keep(string stateRoot, byte[] manifest, Plan? approved)
    {
        Write(ManifestIn(stateRoot), manifest);
        if (approved is not null)
            Write(PlanIn(stateRoot), JsonSerializer.SerializeToUtf8Bytes(approved, ManifestJson.Compact));
    }

    private static string PlanIn(string stateRoot) => Path.Combine(stateRoot, "approved-plan.json");

    private static void Write(string path, byte[] content)
    {
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
            DurableFile.Write(path, content);
    }
}
