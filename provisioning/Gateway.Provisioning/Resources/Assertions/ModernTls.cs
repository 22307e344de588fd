using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>X-TLS: what the mail servers negotiate, on SMTP and on POP3S, is TLS 1.2 or later (RFC 9325).</summary>
public sealed record ModernTls : Assertion
{
    /// <summary>The mail section.</summary>
    public required Mail Mail { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("modern-tls", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        "mit jedem Mailserver wird TLS 1.2 oder neuer ausgehandelt, auf beiden Ports",
        "TLS 1.2 or later is negotiated with every mail server, on both ports");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Network.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var how = machine.Network.Provenance;
        var ports = await MailPort.ProbeAsync(machine, Mail, [ProbeKind.SmtpStartTls, ProbeKind.Tls], cancel);
        var old = ports.Where(p => p.Result?.Tls is not (null or "TLS 1.2" or "TLS 1.3")).Select(p => new Wording($"{p.Name} handelt {p.Result!.Tls} aus", $"{p.Name} negotiates {p.Result.Tls}")).ToList();
        if (old.Count > 0)
            return Judge(false, Wording.Join(", ", old), how);
        var protocols = string.Join(", ", ports.Select(p => p.Result?.Tls).OfType<string>().Distinct());
        if (ports.Where(p => p.Result?.Tls is null).Select(p => p.Why(new("es kam kein TLS zustande", "no TLS came about"))).ToList() is not { Count: > 0 } unseen)
            return Judge(true, new($"{protocols} auf {ports.Count} Ports", $"{protocols} on {ports.Count} ports"), how);
        var seen = ports.Count - unseen.Count;
        return Unknown(
            new($"{(seen == 0 ? "TLS" : protocols)} auf {seen} von {ports.Count} Ports", $"{(seen == 0 ? "TLS" : protocols)} on {seen} of {ports.Count} ports"),
            how,
            MailPort.NotSeen(unseen));
    }
}
