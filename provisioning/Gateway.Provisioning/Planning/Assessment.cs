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

    /// <summary>The verdict on every control.</summary>
    public required IReadOnlyList<ControlVerdict> Verdicts { get; init; }

    /// <summary>The verdicts on what must hold before anything is installed.</summary>
    public required IReadOnlyList<ControlVerdict> Preflight { get; init; }

    /// <summary>What differs and would be changed.</summary>
    public required Plan Plan { get; init; }

    /// <summary>Whether Windows waits for a restart.</summary>
    public required bool RestartPending { get; init; }

    /// <summary>The controls of the preflight that refuse installation.</summary>
    public IEnumerable<ControlVerdict> Refusing => Preflight.Where(v => v.Refuses);

    /// <summary>The controls that are not met for a reason that apply cannot mend: evidence fails that is no consequence of a difference.</summary>
    public IEnumerable<ControlVerdict> BeyondApply => Verdicts.Where(v => v.Refuses && !v.Evidence.Any(e => e.Outcome == Outcome.Differs || IsConsequence(e)));

    /// <summary>Assertions without a control that fail: the gateway does not answer, say.</summary>
    public IEnumerable<Observation> FailingWithoutControl =>
        Observations.Where(o => o.Resource.Controls.Count == 0 && o.Observation.Outcome is Outcome.Fails or Outcome.Error && !IsConsequence(o.Observation)).Select(o => o.Observation);

    // A failing assertion follows from a difference when a resource that it depends on differs.
    private bool IsConsequence(Observation observation)
    {
        var outcomes = Observations.ToDictionary(o => o.Resource.Id, o => o.Observation.Outcome);
        bool Differs(Resource resource) => resource.DependsOn.Any(d => outcomes[d] == Outcome.Differs || Differs(Graph.Find(d)!));
        return observation.Outcome is Outcome.Fails or Outcome.Error && Graph.Find(observation.Resource) is { } r && Differs(r);
    }
}
