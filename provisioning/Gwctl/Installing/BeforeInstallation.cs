using System.Text.Json;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;

namespace Gwctl.Installing;

/// <summary>How a machine stood before an installation: what an undo goes back to, and no further.</summary>
/// <param name="LastRun">The journal's last run, or null when it had none.</param>
/// <param name="Standing">Where the machine stood, or null when nothing said so.</param>
internal sealed record BeforeInstallation(string? LastRun, string? Standing)
{
    /// <summary>Remembers it.</summary>
    /// <param name="machine">The machine, whose state root is there.</param>
    /// <param name="runs">Its runs.</param>
    public static void Remember(IMachine machine, IReadOnlyList<Run> runs) => File.WriteAllBytes(
        FileIn(machine.StateRoot),
        JsonSerializer.SerializeToUtf8Bytes(new BeforeInstallation(runs is [.., var last] ? last.Id : null, machine.Registry.Read(ManifestPaths.RegistryKey, Serving.Standing.ValueName)?.Text), ManifestJson.Compact));

    /// <summary>Whether something is remembered: otherwise nothing was begun, and there is nothing to undo.</summary>
    /// <param name="stateRoot">The state root.</param>
    public static bool IsIn(string stateRoot) => File.Exists(FileIn(stateRoot));

    /// <summary>Forgets an earlier installation: an undo of this one must not go back to the time before that.</summary>
    /// <param name="stateRoot">The state root.</param>
    public static void Forget(string stateRoot)
    {
        if (IsIn(stateRoot))
            File.Delete(FileIn(stateRoot));
    }

    /// <summary>What was remembered.</summary>
    /// <param name="machine">The machine.</param>
    public static BeforeInstallation Of(IMachine machine) => JsonSerializer.Deserialize<BeforeInstallation>(File.ReadAllBytes(FileIn(machine.StateRoot)), ManifestJson.Compact)!;

    /// <summary>Whether a run belongs to the installation, and not to the time before.</summary>
    /// <param name="run">The run.</param>
    /// <param name="runs">All of them, in order.</param>
    public bool IsSince(Run run, IReadOnlyList<Run> runs)
    {
        var ids = runs.Select(r => r.Id).ToList();
        return ids.IndexOf(run.Id) > (LastRun is null ? -1 : ids.IndexOf(LastRun));
    }

    /// <summary>Says where the machine stood, and forgets.</summary>
    /// <param name="machine">The machine.</param>
    public void Restore(IMachine machine)
    {
        if (Standing is not null)
            machine.Registry.Write(new RegistryValue(ManifestPaths.RegistryKey, Serving.Standing.ValueName, Standing));
        else
            machine.Registry.Remove(ManifestPaths.RegistryKey, Serving.Standing.ValueName);
        Forget(machine.StateRoot);
    }

    private static string FileIn(string stateRoot) => Path.Combine(stateRoot, "before-installation.json");
}
