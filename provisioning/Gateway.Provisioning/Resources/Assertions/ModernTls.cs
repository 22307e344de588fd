using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>X-TLS: what the mail servers negotiate is TLS 1.2 or later (RFC 9325).</summary>
public sealed record ModernTls : Assertion
{
    /// <summary>The mail section.</summary>
    public required Mail Mail { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("modern-tls", "machine");

    /// <inheritdoc/>
    protected override string Expectation => "TLS 1.2 or later is negotiated with every mail server";

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Network.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var seen = new List<string>();
        foreach (var server in Mail.Servers)
        {
            if ((await machine.Network.ProbeAsync(server.Host, server.Pop3sPort, ProbeKind.Tls, cancel)).Tls is { } protocol)
                seen.Add(protocol);
        }

        return seen.Count == 0
            ? new Finding(Outcome.NotAssessed, "no TLS was seen at all", machine.Network.Provenance, "no mail server could be reached")
            : Judge(seen.All(p => p is "TLS 1.2" or "TLS 1.3"), string.Join(", ", seen.Distinct()), machine.Network.Provenance);
    }
}
