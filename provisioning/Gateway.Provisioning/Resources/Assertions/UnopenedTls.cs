using Gateway.Provisioning.Diagnosis;
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
    protected override Wording Expectation => new(
        $"jeder Mailserver zeigt eine Zertifikatskette von {Mail.Authority.Subject}, auf beiden Ports",
        $"every mail server shows a chain of {Mail.Authority.Subject}, on both ports");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Network.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var how = machine.Network.Provenance;
        var ports = await MailPort.ProbeAsync(machine, Mail, [ProbeKind.SmtpStartTls, ProbeKind.Tls], cancel);
        var wrong = ports.Where(p => p.Result is not null).Select(p => (p.Name, Wrong: WhatIsWrong(p.Result!))).Where(p => p.Wrong is not null).ToList();
        if (wrong.Count > 0)
            return Judge(false, Wording.Join(", ", wrong.Select(p => new Wording($"{p.Name} {p.Wrong!.German}", $"{p.Name} {p.Wrong}"))), how);
        var unseen = ports.Where(p => p.Unseen is not null).Select(p => p.Show()).ToList();
        Wording observed = new($"TLS auf {ports.Count - unseen.Count} von {ports.Count} Ports", $"TLS on {ports.Count - unseen.Count} of {ports.Count} ports");
        Wording[] why =
        [
            .. Mail.Authority.Sha256 is null ? [Unpinned] : Array.Empty<Wording>(),
            .. unseen.Count > 0 ? [MailPort.NotSeen(unseen)] : Array.Empty<Wording>(),
        ];
        return why.Length > 0
            ? Unknown(observed, how, Wording.Join("; ", why))
            : Judge(true, new($"{ports.Count} Zertifikatsketten enden in der festgelegten Zertifizierungsstelle", $"{ports.Count} chains end in the pinned authority"), how);
    }

    private static Wording Unpinned { get; } = new(
        "mail.authority.sha256 legt keine Zertifizierungsstelle fest, mit der die Zertifikatsketten verglichen werden könnten",
        "mail.authority.sha256 pins no authority to compare the chains with");

    // A chain counts as seen when a certificate was shown, whatever became of the handshake afterwards.
    private Wording? WhatIsWrong(ProbeResult seen)
    {
        if (seen.Tls is null && seen.Issuer is null)
            return new("bietet kein TLS an" + Because(seen.Failure?.German), "offers no TLS" + Because(seen.Failure?.English));
        if (Mail.Authority.Sha256 is not { } pinned)
            return null;
        return seen.RootSha256 == pinned.Text && seen.CertificateProblem is null
            ? null
            : new(
                $"zeigt ein Zertifikat von {seen.Issuer ?? "einem unbekannten Aussteller"}" + Because(seen.CertificateProblem?.German),
                $"shows a certificate of {seen.Issuer ?? "an unknown issuer"}" + Because(seen.CertificateProblem?.English));
    }

    private static string Because(string? why) => why is null ? "" : $" ({why})";
}
