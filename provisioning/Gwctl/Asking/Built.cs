using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Rehearsal;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Reading;
using Gateway.Provisioning.Manifest.Values;

namespace Gwctl.Asking;

/// <summary>Where things of a built machine lie, for commands that need no more of it.</summary>
internal static class Built
{
    /// <summary>The manifest of the last apply.</summary>
    /// <param name="root">The directory of a rehearsed machine, or null for this computer.</param>
    /// <exception cref="RefusedException">There was none (GW0007), or it cannot be read.</exception>
    public static Appliance Appliance(string? root)
    {
        var kept = KeptIntent.ManifestIn(Session.StateRootOf(root));
        if (!File.Exists(kept))
            throw new RefusedException(Diagnostic.Error("GW0007", $"{(root is null ? "This computer" : root)} was not built yet: there is no {kept}.", "'gwctl apply' builds it; of a rehearsed machine name the directory with --root DIR."));
        var reading = ManifestReader.ReadFiles(kept, [], Session.Today());
        return reading.Appliance ?? throw new RefusedException(reading.Diagnostics.First(found => found.Severity == Severity.Error));
    }

    /// <summary>Where a path of the machine lies on this computer.</summary>
    /// <param name="root">The directory of a rehearsed machine, or null for this computer.</param>
    /// <param name="path">The path.</param>
    public static string Of(string? root, WindowsPath path) => root is null ? path.Text : new RehearsalDrives(Path.GetFullPath(root), null).Of(path);
}
