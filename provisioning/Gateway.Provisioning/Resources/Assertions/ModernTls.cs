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
    protected override string Expectation => "TLS 1.2 or later is negotiated with every mail server, on both ports";

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Network.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var how = machine.Network.Provenance;
        var ports = await MailPort.ProbeAsync(machine, Mail, [ProbeKind.SmtpStartTls, ProbeKind.Tls], cancel);
        var old = ports.Where(p => p.Result?.Tls is not (null or "TLS 1.2" or "TLS 1.3")).Select(p => $"{p.Name} negotiates {p.Result!.Tls}").ToList();
        if (old.Count > 0)
            return Judge(false, string.Join(", ", old), how);
        var protocols = string.Join(", ", ports.Select(p => p.Result?.Tls).OfType<string>().Distinct());
        return ports.Where(p => p.Result?.Tls is null).Select(p => p.Show(p.Result?.Failure ?? "no TLS came about")).ToList() is { Count: > 0 } unseen
            ? Unknown($"{(protocols.Length == 0 ? "no TLS" : protocols)} on {ports.Count - unseen.Count} of {ports.Count} ports", how, "not seen: " + string.Join(", ", unseen))
            : Judge(true, $"{protocols} on {ports.Count} ports", how);
    }
}
