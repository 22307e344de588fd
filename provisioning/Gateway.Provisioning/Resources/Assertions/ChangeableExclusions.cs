using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources.Managed;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>AV-2 to AV-5: nothing swallows the exclusions that are yet to be set. Where policy or tamper protection does, only those who make the policy can set them, and they are asked before anything is installed.</summary>
public sealed record ChangeableExclusions : Assertion
{
    /// <summary>The exclusions that shall be.</summary>
    public required IReadOnlyList<AntivirusExclusion> Wanted { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("changeable-exclusions", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new("Ausnahmen des Virenscanners lassen sich auf dem Rechner setzen", "exclusions of the virus scanner can be set on the machine");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Antivirus.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var state = await machine.Antivirus.ReadAsync(cancel);
        var how = machine.Antivirus.Provenance;
        if (!state.ExclusionsLocked || !state.Products.Any(p => p is { Active: true, ExclusionsReadable: true }) || state.ExclusionsUnread is not null)
            return new(Outcome.NotApplicable, new("nichts verhindert es", "nothing keeps them from being set"), how);
        var missing = Wanted.Where(e => e.IsAskedFor(machine) && !e.IsIn(state)).Select(e => e.Exclusion.Value).ToList();
        return missing.Count == 0
            ? new(Outcome.NotApplicable, new("gesperrt, und alle sind in Kraft", "locked, and all are in force"), how)
            : Judge(
                false,
                new($"eine Richtlinie oder der Manipulationsschutz verhindert es, und es fehlen {string.Join(", ", missing)}", $"policy or tamper protection keeps them from being set, and these are missing: {string.Join(", ", missing)}"),
                how,
                new(
                    $"die Administratoren der Domäne bitten, diese Ausnahmen für diesen Rechner per Richtlinie zu setzen: {string.Join(", ", missing)}",
                    $"ask the domain's administrators to set these exclusions for this machine by policy: {string.Join(", ", missing)}"));
    }
}
