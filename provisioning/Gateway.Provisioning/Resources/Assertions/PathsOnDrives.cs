using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Controls;
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
        if (Drives.Where(d => !Required.Drives.Any(r => r.Drive == d.Drive)).Select(d => d.Drive).ToList() is { Count: > 0 } more)
            return AllowsMore($"allows {string.Join(" and ", more)} too, the requirements only {string.Join(" and ", Required.Drives.Select(d => d.Drive))}");
        var installed = (await machine.Services.ReadAsync(cancel)).Where(s => Services.Contains(s.Name, StringComparer.OrdinalIgnoreCase)).ToList();
        var programs = installed.Select(s => s.CommandLine.TrimStart('"'));
        var outside = Paths.Select(p => p.Text).Concat(programs)
            .Where(path => !Drives.Any(d => path.StartsWith(d.Drive, StringComparison.OrdinalIgnoreCase)))
            .ToList();
        if (outside.Count == 0 && installed.Count == 0)
            return Unknown($"{Paths.Count} paths of the manifest", machine.Services.Provenance, "nothing is installed yet: where the programs of our services lie shows afterwards");
        return Judge(
            outside.Count == 0,
            outside.Count == 0 ? $"{Paths.Count} paths of the manifest, and the programs of {string.Join(" and ", installed.Select(s => s.Name))}" : "outside: " + string.Join(", ", outside),
            machine.Services.Provenance,
            "by name, because Windows imposes it: " + string.Join("; ", Manifest.ManifestPaths.ExceptionsThatWindowsImposes));
    }
}
