using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Managed;

/// <summary>A folder with its access rights. Reverting never removes a folder that holds something: data outlive the product's mind.</summary>
public sealed record Folder : ManagedResource<FolderRights>
{
    /// <summary>The kind's name.</summary>
    public const string Kind = "folder";

    /// <summary>Names the folder.</summary>
    public required ItemId Name { get; init; }

    /// <summary>The folder.</summary>
    public required WindowsPath Path { get; init; }

    /// <summary>Owner and access rights, as SDDL.</summary>
    public required string Rights { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => new(Kind, Name.Text);

    /// <inheritdoc/>
    protected override string Place => Path.Text;

    /// <inheritdoc/>
    protected override Wording Expectation => new($"{Path} ist mit seinen geschützten Zugriffsrechten vorhanden", $"{Path} exists with its protected access rights");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Files.RightsProvenance;

    /// <inheritdoc/>
    protected override Task<FolderRights?> ReadAsync(IMachine machine, CancellationToken cancel) =>
        Task.FromResult(machine.Files.FolderExists(Path) ? new FolderRights(Path.Text, machine.Files.ReadRights(Path) ?? "") : null);

    /// <inheritdoc/>
    protected override IEnumerable<PropertyChange> Compare(IMachine machine, FolderRights? now) =>
        now is null ? [new("path", null, Path.Text), new("rights", null, Rights)]
        : machine.Files.WhyRightsUnknown is null ? Unequal("rights", now.Sddl, Rights)
        : [];

    /// <inheritdoc/>
    protected override Task<Remark?> NoteAsync(IMachine machine, FolderRights? now, CancellationToken cancel) =>
        Task.FromResult(machine.Files.WhyRightsUnknown is { } why ? new Remark(new($"Zugriffsrechte nicht beurteilt: {why.German}", $"access rights not assessed: {why}")) : null);

    /// <inheritdoc/>
    protected override Task MakeAsync(IMachine machine, FolderRights? now, bool restart, CancellationToken cancel)
    {
        machine.Files.CreateFolder(Path);
        machine.Files.WriteRights(Path, Rights);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task<string?> RestoreAsync(IMachine machine, FolderRights? before, CancellationToken cancel)
    {
        if (before is not null)
        {
            machine.Files.CreateFolder(Path);
            machine.Files.WriteRights(Path, before.Sddl);
            return Task.FromResult<string?>(null);
        }

        return Task.FromResult(machine.Files.RemoveFolderIfEmpty(Path) ? null : $"{Path} stays: it holds something");
    }
}
