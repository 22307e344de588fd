using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>X-CERT: how long the appliance's certificate still lives: the one with its private key, for any other authenticates nobody.</summary>
public sealed record CertificateLife : Assertion
{
    /// <summary>The certificate.</summary>
    public required ClientCertificate Certificate { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("certificate-life", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"das Zertifikat „{Certificate.Subject}“ gilt noch {Certificate.WarnDaysBefore} Tage",
        $"the certificate '{Certificate.Subject}' is valid for {Certificate.WarnDaysBefore} days more");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Certificates.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var named = (await machine.Certificates.ReadAsync(cancel)).Where(c => c.Subject.Contains(Certificate.Subject, StringComparison.OrdinalIgnoreCase)).ToList();
        var ends = named.Where(c => c.HasPrivateKey).Select(c => (DateTimeOffset?)c.NotAfter).Max();
        var days = ends is { } end ? (int)(end - now).TotalDays : (int?)null;
        return Judge(
            days >= Certificate.WarnDaysBefore,
            days is not null ? new($"noch {days} Tage, bis {ends:yyyy-MM-dd}", $"{days} days left, until {ends:yyyy-MM-dd}")
            : named.Count > 0 ? new("sein privater Schlüssel fehlt", "its private key is missing")
            : new("es gibt kein solches Zertifikat", "there is no such certificate"),
            machine.Certificates.Provenance);
    }
}
