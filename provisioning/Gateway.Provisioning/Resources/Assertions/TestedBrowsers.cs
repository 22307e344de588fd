using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>CLI-2: this release was tested in the browsers that the manifest names. Safari is not assessed: no such system is at hand.</summary>
public sealed record TestedBrowsers : Assertion
{
    /// <summary>The gateway's loopback port.</summary>
    public required int Port { get; init; }

    /// <summary>The browsers.</summary>
    public required IReadOnlyList<string> Browsers { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("tested-browsers", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation
    {
        get
        {
            var browsers = Wording.And(Browsers);
            return new("getestet in " + browsers.German, "tested in " + browsers.English);
        }
    }

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Gateway.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        if (Required.Browsers.Except(Browsers, StringComparer.OrdinalIgnoreCase).Any())
            return AsksForLess(Browsers.Count == 0 ? new("keinen Browser", "no browser") : Wording.Same(string.Join(", ", Browsers)), Wording.Same(string.Join(", ", Required.Browsers)));
        var health = await machine.Gateway.ReadAsync(Port, cancel) ?? throw new NotAssessableException(WebClientServed.Silent);
        if (!health.WebClientServed && health.TestedBrowsers.Count == 0)
            throw new NotAssessableException(WebClientServed.NotYet);
        return Judge(
            Browsers.All(b => health.TestedBrowsers.Any(t => t.StartsWith(b, StringComparison.OrdinalIgnoreCase))),
            health.TestedBrowsers.Count == 0
                ? new("in keinem getestet", "tested in none")
                : new("getestet in " + string.Join(", ", health.TestedBrowsers), "tested in " + string.Join(", ", health.TestedBrowsers)),
            machine.Gateway.Provenance,
            new("Safari nicht beurteilt", "Safari not assessed"));
    }
}
