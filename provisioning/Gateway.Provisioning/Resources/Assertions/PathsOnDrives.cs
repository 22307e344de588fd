using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>OS-4: installation and data lie on the given drives only. What Windows imposes elsewhere is named.</summary>
public sealed record PathsOnDrives : Assertion
{
    /// <summary>Every path of the manifest, and every program folder of a service of ours.</summary>
    public required IReadOnlyList<WindowsPath> Paths { get; init; }

    /// <summary>The drives that may hold them.</summary>
    public required IReadOnlyList<WindowsPath> Drives { get; init; }

    /// <summary>Service names of ours, whose program must lie there too.</summary>
    public required IReadOnlyList<string> Services { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("paths-on-drives", "machine");

    /// <inheritdoc/>
    protected override string Expectation => $"every path of the appliance lies on {string.Join(" or ", Drives.Select(d => d.Drive))}";

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Services.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var services = await machine.Services.ReadAsync(cancel);
        var programs = services.Where(s => Services.Contains(s.Name, StringComparer.OrdinalIgnoreCase)).Select(s => s.CommandLine.TrimStart('"'));
        var outside = Paths.Select(p => p.Text).Concat(programs)
            .Where(path => !Drives.Any(d => path.StartsWith(d.Drive, StringComparison.OrdinalIgnoreCase)))
            .ToList();
        return Judge(
            outside.Count == 0,
            outside.Count == 0 ? $"{Paths.Count} paths and the programs of our services" : "outside: " + string.Join(", ", outside),
            machine.Services.Provenance,
            "by name, because Windows imposes it: " + string.Join("; ", Manifest.ManifestPaths.ExceptionsThatWindowsImposes));
    }
}
