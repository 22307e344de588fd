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
        var ports = await MailPort.ProbeAsync(machine, Mail, [ProbeKind.SmtpStartTls, ProbeKind.Tls], cancel);
        var wrong = ports.Where(p => p.Result is not null).Select(p => (p.Name, Wrong: WhatIsWrong(p.Result!))).Where(p => p.Wrong is not null).ToList();
        if (wrong.Count > 0)
            return Judge(false, string.Join(", ", wrong.Select(p => $"{p.Name} {p.Wrong}")), how);
        var unseen = ports.Where(p => p.Unseen is not null).Select(p => p.Show()).ToList();
        var observed = $"TLS on {ports.Count - unseen.Count} of {ports.Count} ports";
        string[] why =
        [
            .. Mail.Authority.Sha256 is null ? ["mail.authority.sha256 pins no authority to compare the chains with"] : Array.Empty<string>(),
            .. unseen.Count > 0 ? ["not seen: " + string.Join(", ", unseen)] : Array.Empty<string>(),
        ];
        return why.Length > 0 ? Unknown(observed, how, string.Join("; ", why)) : Judge(true, $"{ports.Count} chains end in the pinned authority", how);
    }

    // A chain counts as seen when a certificate was shown, whatever became of the handshake afterwards.
    private string? WhatIsWrong(ProbeResult seen)
    {
        if (seen.Tls is null && seen.Issuer is null)
            return "offers no TLS" + (seen.Failure is null ? "" : $" ({seen.Failure})");
        if (Mail.Authority.Sha256 is not { } pinned)
            return null;
        return seen.RootSha256 == pinned.Text && seen.CertificateProblem is null
            ? null
            : $"shows a certificate of {seen.Issuer ?? "an unknown issuer"}" + (seen.CertificateProblem is null ? "" : $" ({seen.CertificateProblem})");
    }
}
