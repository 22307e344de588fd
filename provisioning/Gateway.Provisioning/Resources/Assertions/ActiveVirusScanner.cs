using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>AV-1: a virus scanner protects, with fresh signatures.</summary>
public sealed record ActiveVirusScanner : Assertion
{
    /// <summary>Signatures may be this many days old.</summary>
    public required int SignatureMaximumAgeDays { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("active-virus-scanner", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"ein Virenscanner ist aktiv, seine Signaturen sind höchstens {SignatureMaximumAgeDays} Tage alt",
        $"a virus scanner is active, its signatures at most {SignatureMaximumAgeDays} days old");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Antivirus.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var state = await machine.Antivirus.ReadAsync(cancel);
        var active = state.Products.Where(p => p.Active).ToList();
        var observed = active.Count == 0 ? new("keiner ist aktiv", "none is active") : Wording.Join(", ", active.Select(Show));
        if (!active.Any(p => p.SignatureAgeDays <= SignatureMaximumAgeDays) && active.Any(p => p.SignatureAgeDays is null))
            return Unknown(observed, machine.Antivirus.Provenance, new("der Virenscanner gibt das Alter seiner Signaturen nicht an", "the scanner does not say how old its signatures are"));
        return Judge(active.Any(p => p.SignatureAgeDays <= SignatureMaximumAgeDays), observed, machine.Antivirus.Provenance);
    }

    private static Wording Show(AntivirusProduct product) => product.SignatureAgeDays is { } age
        ? new($"{product.Name}, Signaturen {age} Tage alt", $"{product.Name}, signatures {age} days old")
        : new($"{product.Name}, Alter der Signaturen unbekannt", $"{product.Name}, signatures of unknown age");
}
