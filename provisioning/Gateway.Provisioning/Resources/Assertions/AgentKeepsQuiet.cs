using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>MON-3: the agent really sends only the sections that the manifest allows, none of which names a person.</summary>
public sealed record AgentKeepsQuiet : Assertion
{
    /// <summary>The allowed sections.</summary>
    public required IReadOnlyList<string> Allowed { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("agent-keeps-quiet", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new("der Agent sendet nur: " + string.Join(", ", Allowed), "the agent sends only: " + string.Join(", ", Allowed));

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.MonitoringAgent.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var agent = await machine.MonitoringAgent.ReadAsync(cancel);
        if (agent.Sections.Count == 0)
            return Unknown(new("keine Sektionen", "no sections"), machine.MonitoringAgent.Provenance, new("noch sendet kein Agent etwas, das geprüft werden könnte", "no agent sends anything yet that could be looked at"));
        var more = agent.Sections.Except(Allowed, StringComparer.OrdinalIgnoreCase).ToList();
        return Judge(
            more.Count == 0,
            more.Count == 0
                ? new($"{agent.Sections.Count} Sektionen, alle erlaubt", $"{agent.Sections.Count} sections, all allowed")
                : new("sendet außerdem: " + string.Join(", ", more), "also sends: " + string.Join(", ", more)),
            machine.MonitoringAgent.Provenance);
    }
}
