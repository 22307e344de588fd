using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>NET-4: nobody between this machine and the mail servers opens TLS. The chain seen is compared with the pinned authority; an interceptor is named by its issuer.</summary>
public sealed record UnopenedTls : Assertion
{
    /// <summary>The mail section.</summary>
    public required Mail Mail { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("unopened-tls", "machine");

    /// <inheritdoc/>
    protected override string Expectation => $"every mail server shows a chain of {Mail.Authority.Subject}, on both ports";

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Network.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var how = machine.Network.Provenance;
        var wrong = new List<string>();
        var seen = 0;
        foreach (var server in Mail.Servers)
        {
            foreach (var (port, kind) in new[] { (server.SmtpPort, ProbeKind.SmtpStartTls), (server.Pop3sPort, ProbeKind.Tls) })
            {
                var result = await machine.Network.ProbeAsync(server.Host, port, kind, cancel);
                if (result.Tls is null)
                {
                    if (result.Connected)
                        wrong.Add($"{server.Host}:{port} offers no TLS");
                    continue;
                }

                seen++;
                if (Mail.Authority.Sha256 is { } pinned && result.RootSha256 != pinned.Text)
                    wrong.Add($"{server.Host}:{port} shows a certificate of {result.Issuer ?? "an unknown issuer"}");
            }
        }

        if (wrong.Count > 0)
            return Judge(false, string.Join(", ", wrong), how);
        if (seen == 0)
            return new Finding(Outcome.NotAssessed, "no TLS was seen at all", how, "no mail server could be reached");
        return Mail.Authority.Sha256 is null
            ? new Finding(Outcome.NotAssessed, $"TLS on {seen} ports", how, "mail.authority.sha256 pins no authority to compare the chains with")
            : Judge(true, $"{seen} chains end in the pinned authority", how);
    }
}
