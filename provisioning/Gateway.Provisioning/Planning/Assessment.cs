using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources;
using Gateway.Provisioning.Verdicts;

namespace Gateway.Provisioning.Planning;

/// <summary>One look at the whole machine: every observation, every verdict, and the plan that follows. Preflight, plan, verify and report are views of it.</summary>
public sealed record Assessment
{
    /// <summary>The graph that was looked at.</summary>
    public required ResourceGraph Graph { get; init; }

    /// <summary>Every observation, in the graph's order.</summary>
    public required IReadOnlyList<(Resource Resource, Observation Observation)> Observations { get; init; }

    /// <summary>Resources whose failure follows from a difference that apply mends.</summary>
    public required IReadOnlySet<ResourceId> Consequences { get; init; }

    /// <summary>The verdict on every control.</summary>
    public required IReadOnlyList<ControlVerdict> Verdicts { get; init; }

    /// <summary>The verdicts on what must hold before anything is installed.</summary>
    public required IReadOnlyList<ControlVerdict> Preflight { get; init; }

    /// <summary>What differs and would be changed.</summary>
    public required Plan Plan { get; init; }

    /// <summary>Whether Windows waits for a restart.</summary>
    public required bool RestartPending { get; init; }

    /// <summary>What stands under a name of the product's and is somebody else's: apply is refused until somebody has chosen.</summary>
    public required IReadOnlyList<(ManagedResource Resource, Observation Observation)> SomebodyElses { get; init; }

    /// <summary>The controls of the preflight that refuse installation.</summary>
    public IEnumerable<ControlVerdict> Refusing => Preflight.Where(v => v.Refuses);

    /// <summary>The controls that are not met for a reason that apply cannot mend: evidence fails that is no consequence of a difference, or nobody has given the word that they rest on.</summary>
    public IEnumerable<ControlVerdict> BeyondApply =>
        Verdicts.Where(v => v.Refuses && (v.Evidence.Any(IsBeyondApply) || !v.Evidence.Any(e => e.Outcome is Outcome.Differs or Outcome.Fails or Outcome.Error)));

    /// <summary>Assertions without a control that fail: the gateway does not answer, say.</summary>
    public IEnumerable<Observation> FailingWithoutControl =>
        Observations.Where(o => o.Resource.Controls.Count == 0 && IsBeyondApply(o.Observation)).Select(o => o.Observation);

    /// <summary>Managed resources of which nobody can say whether they hold, here or by their word: the machine cannot be said to be as it shall be.</summary>
    public IEnumerable<NotPlanned> Unknown => Plan.NotPlanned.Where(n =>
        Graph.Find(n.Resource) is not { Controls.Count: > 0 } resource || Verdicts.Any(v => resource.Controls.Contains(v.Control.Id) && v.Verdict is Verdict.NotAssessed or Verdict.Error));

    /// <summary>Whether a resource serves only controls that warn or that somebody has waived: its absence is a deviation, not a failure.</summary>
    /// <param name="resource">The resource.</param>
    public bool MayDeviate(Resource resource) =>
        resource.Controls.Count > 0 && Verdicts.Where(v => resource.Controls.Contains(v.Control.Id)).All(v => v.Enforcement == Enforcement.Warn || v.Verdict == Verdict.Waived);

    private bool IsBeyondApply(Observation observation) => observation.Outcome is Outcome.Fails or Outcome.Error && !Consequences.Contains(observation.Resource);
}
