using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>NET-3, X-CERT: this site's certificate of the network: issued by the pinned authority, with its key, still valid, and accepted by a server.</summary>
public sealed record NetworkCertificate : Assertion
{
    /// <summary>The mail section.</summary>
    public required Mail Mail { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("network-certificate", "machine");

    /// <inheritdoc/>
    protected override string Expectation => $"a certificate '{Mail.ClientCertificate.Subject}' of {Mail.Authority.Subject} with its private key, valid for {Mail.ClientCertificate.WarnDaysBefore} days more, accepted by a mail server";

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
            return Judge(false, "there is no such certificate in LocalMachine\\My", how);
        var days = (int)(certificate.NotAfter - now).TotalDays;
        var observed = $"issued by {certificate.Issuer}, {(certificate.HasPrivateKey ? "with" : "without")} private key, {days} days left";
        if (!certificate.HasPrivateKey || days < Mail.ClientCertificate.WarnDaysBefore)
            return Judge(false, observed, how);
        if (Mail.Authority.Sha256 is not { } pinned)
            return new Finding(Outcome.NotAssessed, observed, how, "mail.authority.sha256 pins no authority: a name alone proves nothing");
        var answers = new List<bool?>();
        foreach (var server in Mail.Servers)
            answers.Add((await machine.Network.ProbeAsync(server.Host, server.Pop3sPort, Machines.Abilities.ProbeKind.Tls, cancel)).ClientCertificateAccepted);
        return Judge(
            certificate.RootSha256 == pinned.Text && answers.Contains(true) && !answers.Contains(false),
            $"{observed}, {(certificate.RootSha256 == pinned.Text ? "chain ends in" : "chain does not end in")} the pinned authority, accepted by {answers.Count(a => a == true)} of {answers.Count} servers",
            how);
    }
}
