using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>OS-3: a monitoring check reports the update state.</summary>
public sealed record MonitoredUpdates : Assertion
{
    /// <summary>The local check that reports it: one of <c>gwctl check</c>.</summary>
    public const string Check = CheckmkAgent.UpdatesCheck;

    /// <inheritdoc/>
    public override ResourceId Id => Named("monitored-updates", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new($"der Agent führt den lokalen Check {Check} aus", $"the agent runs the local check {Check}");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.MonitoringAgent.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var agent = await machine.MonitoringAgent.ReadAsync(cancel);
        var checks = string.Join(", ", agent.LocalChecks);
        return Judge(
            agent.LocalChecks.Contains(Check),
            agent.LocalChecks.Count == 0 ? new("keine lokalen Checks", "no local checks") : new("lokale Checks: " + checks, "local checks: " + checks),
            machine.MonitoringAgent.Provenance);
    }
}
