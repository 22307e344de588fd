using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources.Assertions;

namespace Gateway.Provisioning.Resources.Managed;

/// <summary>An exclusion of the virus scanner, in effect. Each one is a hole on purpose, and the report justifies it with its clause.</summary>
public sealed record AntivirusExclusion : ManagedResource<Exclusion>
{
    /// <summary>The kind's name.</summary>
    public const string Kind = "antivirus-exclusion";

    /// <summary>What is excluded.</summary>
    public required Exclusion Exclusion { get; init; }

    /// <summary>Excluded only when this folder or executable exists: an exclusion for nothing is a hiding place.</summary>
    public WindowsPath? OnlyWhereExists { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => new(Kind, Exclusion.Value);

    /// <inheritdoc/>
    protected override string Place => $"{Exclusion.Kind} {Exclusion.Value.TrimEnd('\\')}";

    /// <inheritdoc/>
    protected override Wording Expectation => Exclusion.Kind switch
    {
        ExclusionKind.Folder => new($"der Virenscanner nimmt den Ordner {Exclusion.Value} aus", $"the virus scanner leaves the folder {Exclusion.Value} alone"),
        ExclusionKind.Process => new($"der Virenscanner nimmt den Prozess {Exclusion.Value} aus", $"the virus scanner leaves the process {Exclusion.Value} alone"),
        _ => new($"der Virenscanner nimmt den Dateityp {Exclusion.Value} aus", $"the virus scanner leaves the extension {Exclusion.Value} alone"),
    };

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Antivirus.Provenance;

    /// <inheritdoc/>
    protected override async Task<Exclusion?> ReadAsync(IMachine machine, CancellationToken cancel) =>
        Find(await machine.Antivirus.ReadAsync(cancel));

    /// <inheritdoc/>
    protected override async Task<Wording?> WhyNotApplicableAsync(IMachine machine, Exclusion? now, CancellationToken cancel)
    {
        var state = await machine.Antivirus.ReadAsync(cancel);
        if (!state.Products.Any(p => p is { Active: true, ExclusionsReadable: true })) // a third party's beside it is ThirdPartyExclusions'
            return ThirdPartyExclusions.WhyUnreadable(state) is { } why ? throw new NotAssessableException(why, WhoseWord.APersons) : new("kein Virenscanner ist aktiv", "no virus scanner is active");
        if (state.ExclusionsUnread is { } unread)
            throw new NotAssessableException(unread);
        return now is null && IsForNothing(machine)
            ? new($"{OnlyWhereExists} ist nicht vorhanden; eine Ausnahme dafür wäre ein Versteck", $"{OnlyWhereExists} does not exist; an exclusion for it would be a hiding place")
            : null;
    }

    /// <inheritdoc/>
    protected override async Task<Remark?> NoteAsync(IMachine machine, Exclusion? now, CancellationToken cancel)
    {
        var state = await machine.Antivirus.ReadAsync(cancel);
        return state.ExclusionsLocked ? new(state.LockedBy ?? new("eine Richtlinie oder der Manipulationsschutz verhindert hier Änderungen an Ausnahmen", "policy or tamper protection keeps exclusions from being changed here"))
            : IsForNothing(machine) ? new(new($"{OnlyWhereExists} ist nicht vorhanden; eine Ausnahme dafür ist ein Versteck", $"{OnlyWhereExists} does not exist; an exclusion for it is a hiding place"))
            : null;
    }

    /// <inheritdoc/>
    protected override IEnumerable<PropertyChange> Compare(IMachine machine, Exclusion? now) =>
        now is null ? [new("excluded", null, Exclusion.Value)] : IsForNothing(machine) ? [new("excluded", Exclusion.Value, null)] : [];

    /// <inheritdoc/>
    protected override Task MakeAsync(IMachine machine, Exclusion? now, bool restart, CancellationToken cancel) =>
        IsForNothing(machine) ? machine.Antivirus.RemoveAsync(Exclusion, cancel) : machine.Antivirus.AddAsync(Exclusion, cancel);

    /// <inheritdoc/>
    protected override async Task<string?> RestoreAsync(IMachine machine, Exclusion? before, CancellationToken cancel)
    {
        if (before is null)
            await machine.Antivirus.RemoveAsync(Exclusion, cancel);
        else
            await machine.Antivirus.AddAsync(before, cancel);
        return null;
    }

    /// <summary>Whether it is to be set: what it is for exists.</summary>
    /// <param name="machine">The machine.</param>
    internal bool IsAskedFor(IMachine machine) => !IsForNothing(machine);

    /// <summary>Whether it is in effect.</summary>
    /// <param name="state">The scanner.</param>
    internal bool IsIn(AntivirusState state) => Find(state) is not null;

    private bool IsForNothing(IMachine machine) => OnlyWhereExists is { } path && !machine.Files.FileExists(path) && !machine.Files.FolderExists(path);

    private Exclusion? Find(AntivirusState state) =>
        state.Exclusions.FirstOrDefault(e => e.Kind == Exclusion.Kind && e.Value.TrimEnd('\\').Equals(Exclusion.Value.TrimEnd('\\'), StringComparison.OrdinalIgnoreCase));
}
