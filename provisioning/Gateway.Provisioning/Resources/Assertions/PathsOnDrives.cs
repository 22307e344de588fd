using Gateway.Provisioning.Diagnosis;
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
    protected override Wording Expectation => new(
        $"jeder Pfad der Appliance liegt auf {string.Join(" oder ", Drives.Select(d => d.Drive))}",
        $"every path of the appliance lies on {string.Join(" or ", Drives.Select(d => d.Drive))}");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Services.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        if (Drives.Where(d => !Required.Drives.Any(r => r.Drive == d.Drive)).Select(d => d.Drive).ToList() is { Count: > 0 } more)
            return AllowsMore(AlsoAllows(Wording.And(more), Wording.And(Required.Drives.Select(d => d.Drive))));
        var installed = (await machine.Services.ReadAsync(cancel)).Where(s => Services.Contains(s.Name, StringComparer.OrdinalIgnoreCase)).ToList();
        var programs = installed.Select(s => s.CommandLine.TrimStart('"'));
        var outside = Paths.Select(p => p.Text).Concat(programs)
            .Where(path => !Drives.Any(d => path.StartsWith(d.Drive, StringComparison.OrdinalIgnoreCase)))
            .ToList();
        if (outside.Count == 0 && installed.Count == 0)
        {
            return Unknown(
                new($"{Paths.Count} Pfade des Manifests", $"{Paths.Count} paths of the manifest"),
                machine.Services.Provenance,
                new("noch ist nichts installiert: wo die Programme unserer Dienste liegen, zeigt sich danach", "nothing is installed yet: where the programs of our services lie shows afterwards"));
        }

        return Judge(
            outside.Count == 0,
            outside.Count == 0 ? Inside(Wording.And(installed.Select(s => s.Name))) : new("außerhalb: " + string.Join(", ", outside), "outside: " + string.Join(", ", outside)),
            machine.Services.Provenance,
            Imposed(Wording.Join("; ", Manifest.ManifestPaths.ExceptionsThatWindowsImposes)));
    }

    private Wording Inside(Wording services) => new(
        $"{Paths.Count} Pfade des Manifests und die Programme von {services.German}",
        $"{Paths.Count} paths of the manifest, and the programs of {services}");

    private static Wording Imposed(Wording exceptions) =>
        new("namentlich, weil Windows es vorgibt: " + exceptions.German, "by name, because Windows imposes it: " + exceptions.English);

    private static Wording AlsoAllows(Wording more, Wording required) =>
        new($"erlaubt auch {more.German}, die Systemvoraussetzungen nur {required.German}", $"allows {more} too, the requirements only {required}");
}
