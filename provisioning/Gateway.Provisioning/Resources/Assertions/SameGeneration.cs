using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>
/// X-SNAP: the machine is still the one that the product left. A gateway that was set back to a snapshot, restored or copied has forgotten what it sent and received since, and would
/// send it again; two copies would do so together.
/// </summary>
public sealed record SameGeneration : Assertion
{
    /// <inheritdoc/>
    public override ResourceId Id => Named("same-generation", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        "der Rechner wurde nicht auf einen Snapshot zurückgesetzt, wiederhergestellt oder kopiert",
        "the machine was not set back to a snapshot, restored or copied");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Generation.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var how = machine.Generation.Provenance;
        var recorded = machine.Generation.Recorded;
        if (await machine.Generation.IdentifierAsync(cancel) is not { } identifier)
            return recorded is null && (await machine.Facts.HardwareAsync(cancel)).Platform == Platform.Physical
                ? new Finding(Outcome.NotApplicable, new("eine physische Maschine", "a physical machine"), how, new("eine physische Maschine hat keine Snapshots", "a physical machine has no snapshots"))
                : Unknown(NotAssessed, how, new(
                    "der Hypervisor zeigt diesem Rechner keine Generation (VM-GenerationID); ein Zurücksetzen bliebe unbemerkt",
                    "the hypervisor shows this machine no generation (VM-GenerationID); that it was set back would go unnoticed"));
        if (recorded is null)
            return new Finding(Outcome.NotApplicable, new($"Generation {identifier}", $"generation {identifier}"), how, new(
                "noch ist keine Generation vermerkt, mit der sich vergleichen ließe; apply vermerkt sie", "no generation is recorded yet to compare with; apply records it"));
        var since = $"{recorded.At:yyyy-MM-dd HH:mm} UTC";
        return recorded.Identifier == identifier
            ? Judge(true, new($"Generation {identifier} seit {since}", $"generation {identifier} since {since}"), how, ReconciledBy(recorded.By))
            : Judge(
                false,
                new(
                    $"die Generation ist {identifier}; vermerkt wurde {recorded.Identifier} am {since}. Den Versand anhalten, Ein- und Ausgang seither mit den Partnern und dem PACS abgleichen, dann 'gwctl reconciled'",
                    $"the generation is {identifier}; recorded was {recorded.Identifier} on {since}. Stop sending, compare what went in and out since with the partners and the PACS, then 'gwctl reconciled'"),
                how);
    }

    private static Wording? ReconciledBy(string? who) => who is null ? null : new($"abgeglichen von {who}", $"reconciled by {who}");
}
