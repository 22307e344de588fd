using System.Text.Json;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Managed;

/// <summary>A third-party package, installed from a payload whose digest the manifest pins.</summary>
public sealed record Package : ManagedResource<PackageState>
{
    /// <summary>The kind's name.</summary>
    public const string Kind = "package";

    /// <summary>The payload.</summary>
    public required Payload Payload { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => new(Kind, Payload.Id.Text);

    /// <inheritdoc/>
    public override bool NeedsWindowsInstaller => Payload.File.EndsWith(".msi", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override Task PrepareAsync(IMachine machine, CancellationToken cancel) => machine.Packages.TakeOverAsync(Payload.File, Payload.Sha256, cancel);

    /// <inheritdoc/>
    public override bool IsSomebodyElses(JsonElement state) => Read(state)!.File is null;

    /// <inheritdoc/>
    protected override Wording Expectation => new($"{Payload.Id} {Payload.Version} ist installiert", $"{Payload.Id} {Payload.Version} is installed");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Packages.Provenance;

    /// <inheritdoc/>
    protected override async Task<PackageState?> ReadAsync(IMachine machine, CancellationToken cancel) =>
        (await machine.Packages.ReadAsync(cancel)).FirstOrDefault(p => p.Id == Payload.Id.Text);

    /// <inheritdoc/>
    protected override IEnumerable<PropertyChange> Compare(IMachine machine, PackageState? now) =>
        now is not null && (now.Version == Payload.Version || now.Version.StartsWith(Payload.Version + ".", StringComparison.Ordinal)) ? [] : [new("version", now?.Version, Payload.Version)];

    /// <inheritdoc/>
    protected override Task MakeAsync(IMachine machine, PackageState? now, bool restart, CancellationToken cancel) =>
        machine.Packages.InstallAsync(Payload.Id.Text, Payload.Version, Payload.File, Payload.Sha256, cancel);

    /// <inheritdoc/>
    protected override async Task<string?> RestoreAsync(IMachine machine, PackageState? before, CancellationToken cancel)
    {
        if (before is null)
        {
            await machine.Packages.RemoveAsync(Payload.Id.Text, Payload.File, cancel);
            return null;
        }

        if (await ReadAsync(machine, cancel) is { } now && now.Version == before.Version)
            return null;
        if (before.File is not { } file)
            return $"version {before.Version} was installed before, but nobody knows from which file; install it by hand if it is wanted";
        await machine.Packages.InstallAsync(before.Id, before.Version, file, before.Sha256, cancel);
        return null;
    }
}
