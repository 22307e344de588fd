using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>NET-3, X-CERT: this site's certificate of the network: issued by the pinned authority, with its key, still valid, and accepted by every server.</summary>
public sealed record NetworkCertificate : Assertion
{
    /// <summary>The mail section.</summary>
    public required Mail Mail { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("network-certificate", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"ein Zertifikat „{Mail.ClientCertificate.Subject}“ von {Mail.Authority.Subject} mit privatem Schlüssel, noch {Mail.ClientCertificate.WarnDaysBefore} Tage gültig, von jedem Mailserver angenommen",
        $"a certificate '{Mail.ClientCertificate.Subject}' of {Mail.Authority.Subject} with its private key, valid for {Mail.ClientCertificate.WarnDaysBefore} days more, accepted by every mail server");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Certificates.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var how = machine.Certificates.Provenance;
        var certificate = (await machine.Certificates.ReadAsync(cancel))
            .Where(c => c.Subject.Contains(Mail.ClientCertificate.Subject, StringComparison.OrdinalIgnoreCase))
            .MaxBy(c => c.NotAfter);
        if (certificate is null)
            return Judge(false, new("es gibt kein solches Zertifikat in LocalMachine\\My", "there is no such certificate in LocalMachine\\My"), how);
        var days = (int)(certificate.NotAfter - now).TotalDays;
        Wording observed = new(
            $"ausgestellt von {certificate.Issuer}, {(certificate.HasPrivateKey ? "mit privatem" : "ohne privaten")} Schlüssel, noch {days} Tage",
            $"issued by {certificate.Issuer}, {(certificate.HasPrivateKey ? "with" : "without")} private key, {days} days left");
        if (!certificate.HasPrivateKey || days < Mail.ClientCertificate.WarnDaysBefore)
            return Judge(false, observed, how);
        if (Mail.Authority.Sha256 is not { } pinned)
            return Unknown(observed, how, new("mail.authority.sha256 legt keine Zertifizierungsstelle fest: ein Name allein beweist nichts", "mail.authority.sha256 pins no authority: a name alone proves nothing"));
        if (certificate.RootSha256 != pinned.Text)
            return Judge(false, And(observed, new("seine Zertifikatskette endet nicht in der festgelegten Zertifizierungsstelle", "its chain does not end in the pinned authority")), how);

        var ports = await MailPort.ProbeAsync(machine, Mail, [ProbeKind.Tls], cancel);
        var accepting = ports.Count(p => p.Result?.ClientCertificateAccepted == true);
        observed = And(observed, new(
            $"seine Zertifikatskette endet in der festgelegten Zertifizierungsstelle, angenommen von {accepting} von {ports.Count} Servern",
            $"its chain ends in the pinned authority, accepted by {accepting} of {ports.Count} servers"));
        if (ports.Where(p => p.Result?.ClientCertificateAccepted == false).Select(p => p.Name).ToList() is { Count: > 0 } declining)
            return Judge(false, And(observed, new("abgelehnt von " + string.Join(", ", declining), "declined by " + string.Join(", ", declining))), how);
        return ports.Where(p => p.Result?.ClientCertificateAccepted is null).Select(p => p.Why(new("der Server hat es nicht verlangt", "the server did not ask for it"))).ToList() is { Count: > 0 } silent
            ? Unknown(observed, how, MailPort.NotSeen(silent))
            : Judge(true, observed, how);
    }

    private static Wording And(Wording one, Wording other) => Wording.Join(", ", [one, other]);
}
