using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources;

/// <summary>What can only be observed: the machine's size, its network, the world around it. Apply never changes it.</summary>
public abstract record Assertion : Resource
{
    /// <summary>What an assertion found.</summary>
    /// <param name="Outcome">What was found.</param>
    /// <param name="Observed">In words.</param>
    /// <param name="How">How it is known.</param>
    /// <param name="Note">What else a reader must know.</param>
    /// <param name="Word">Whose word can stand in its place where it was not assessed.</param>
    protected sealed record Finding(Outcome Outcome, Wording Observed, Provenance How, Wording? Note = null, WhoseWord Word = WhoseWord.Nobodys);

    /// <summary>Holds or fails.</summary>
    /// <param name="holds">Whether it holds.</param>
    /// <param name="observed">What was found, in words.</param>
    /// <param name="how">How it is known.</param>
    /// <param name="note">What else a reader must know.</param>
    protected static Finding Judge(bool holds, Wording observed, Provenance how, Wording? note = null) =>
        new(holds ? Outcome.Holds : Outcome.Fails, observed, how, note);

    /// <summary>The manifest asks for less than the system requirements do: that fails, whatever the machine has.</summary>
    /// <param name="asked">What the manifest asks for, with its unit.</param>
    /// <param name="required">What the requirements ask for, with its unit.</param>
    protected static Finding AsksForLess(Wording asked, Wording required) =>
        Judge(
            false,
            new($"das Manifest verlangt nur {asked.German}, die Systemvoraussetzungen {required.German}", $"the manifest asks for {asked} only, the requirements for {required}"),
            Provenance.Manifest);

    /// <summary>The manifest forgives or allows more than the system requirements do: that fails likewise.</summary>
    /// <param name="what">What the manifest does (<c>forgives 20 %, the requirements 6 %</c>).</param>
    protected static Finding AllowsMore(Wording what) =>
        Judge(false, new($"das Manifest {what.German}", $"the manifest {what}"), Provenance.Manifest);

    /// <summary>Nobody could say.</summary>
    /// <param name="observed">What was found all the same, in words.</param>
    /// <param name="how">How it is known.</param>
    /// <param name="why">Why nobody could say.</param>
    /// <param name="word">Whose word can stand in its place.</param>
    protected static Finding Unknown(Wording observed, Provenance how, Wording why, WhoseWord word = WhoseWord.Nobodys) => new(Outcome.NotAssessed, observed, how, why, word);

    /// <summary>Asks the machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="now">The current time (UTC).</param>
    /// <param name="cancel">Cancels.</param>
    protected abstract Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel);

    /// <inheritdoc/>
    protected sealed override async Task<Observation> LookAsync(IMachine machine, TimeProvider clock, CancellationToken cancel)
    {
        var finding = await AskAsync(machine, clock.GetUtcNow(), cancel);
        return Observation(finding.Outcome, clock, Expectation, finding.Observed, finding.How, finding.Note) with { Word = finding.Word };
    }

    /// <summary>The id of an assertion.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The name.</param>
    protected static ResourceId Named(string kind, string name) => new(kind, name);
}
