using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>
/// AV-2 to AV-5: a third party's virus scanner, alone or beside Windows' own, does not say what it leaves alone. Its administrators' word stands in place of a
/// measurement, and where there is no such scanner nobody's word does.
/// </summary>
public sealed record ThirdPartyExclusions : Assertion
{
    /// <inheritdoc/>
    public override ResourceId Id => Named("third-party-exclusions", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        "jeder aktive Virenscanner nimmt aus, was das Manifest ausnimmt",
        "every active virus scanner leaves alone what the manifest excludes");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Antivirus.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel) =>
        WhyUnreadable(await machine.Antivirus.ReadAsync(cancel)) is { } why
            ? Unknown(NotAssessed, machine.Antivirus.Provenance, why, WhoseWord.APersons)
            : new Finding(Outcome.NotApplicable, new("kein Virenscanner eines Dritten ist aktiv", "no third party's scanner is active"), machine.Antivirus.Provenance);

    /// <summary>Why exclusions cannot be read, or null when no active scanner hides them.</summary>
    /// <param name="state">Scanners.</param>
    internal static Wording? WhyUnreadable(AntivirusState state) =>
        state.Products.Where(p => p is { Active: true, ExclusionsReadable: false }).Select(p => p.Name).ToList() is { Count: > 0 } foreign
            ? WhyUnreadable(Wording.And(foreign))
            : null;

    private static Wording WhyUnreadable(Wording scanners) => new(
        $"die Ausnahmen von {scanners.German} lassen sich nicht auslesen; die zuständigen Administratoren setzen sie, hier zählt deren Bestätigung",
        $"the exclusions of {scanners} cannot be read; its administrators set them, and their word is an attestation");
}
