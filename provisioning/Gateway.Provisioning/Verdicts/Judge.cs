using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Resources;

namespace Gateway.Provisioning.Verdicts;

/// <summary>
/// From observations to verdicts. The worst evidence decides: an error, then a failure, then what nobody could say, then what holds.
/// A person's word counts only where no measurement can be had, and never where one was merely not made; a failure is accepted by a waiver alone, and so is an
/// assessment that failed: whoever accepts that a control does not hold accepts that nobody can tell. What holds in a rehearsal is rehearsed.
/// </summary>
public static class Judge
{
    /// <summary>The verdict on each control, in the catalogue's order.</summary>
    /// <param name="appliance">Holds enforcement, waivers and attestations.</param>
    /// <param name="evidence">Observations with the resources that they are of.</param>
    /// <param name="isRehearsal">Whether the machine is a rehearsal.</param>
    /// <param name="now">The current time (UTC).</param>
    public static IReadOnlyList<ControlVerdict> All(Appliance appliance, IReadOnlyList<(Resource Resource, Observation Observation)> evidence, bool isRehearsal, DateTimeOffset now) =>
        [.. ControlCatalogue.All.Select(control => One(control, appliance, [.. evidence.Where(e => e.Resource.Controls.Contains(control.Id)).Select(e => e.Observation)], isRehearsal, now))];

    /// <summary>The verdict on one control.</summary>
    /// <param name="control">The control.</param>
    /// <param name="appliance">Holds enforcement, waivers and attestations.</param>
    /// <param name="evidence">What was observed for it.</param>
    /// <param name="isRehearsal">Whether the machine is a rehearsal.</param>
    /// <param name="now">The current time (UTC).</param>
    public static ControlVerdict One(Control control, Appliance appliance, IReadOnlyList<Observation> evidence, bool isRehearsal, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var enforcement = appliance.Enforce.TryGetValue(control.Id, out var changed) ? changed : control.Enforcement;
        var attestation = appliance.Attestations.Where(a => a.Control == control.Id && a.On <= today && a.Until >= today).MaxBy(a => a.Until);
        var waiver = appliance.Waivers.Where(w => w.Control == control.Id && w.Until >= today).MaxBy(w => w.Until);

        ControlVerdict Is(Verdict verdict, Wording? why = null) => new()
        {
            Control = control,
            Verdict = verdict,
            Enforcement = enforcement,
            EnforcementChanged = enforcement != control.Enforcement,
            Why = why,
            Waiver = verdict == Verdict.Waived ? waiver : null,
            Attestation = verdict == Verdict.Attested ? attestation : null,
            Evidence = evidence,
        };

        ControlVerdict Unmet(Wording? why) =>
            waiver is not null ? Is(Verdict.Waived, why) : Is(enforcement == Enforcement.Refuse ? Verdict.NotMet : Verdict.Deviation, why);

        if (evidence.Any(e => e.Outcome == Outcome.Error))
            return Is(waiver is not null ? Verdict.Waived : Verdict.Error, Notes(evidence, Outcome.Error));
        if (evidence.Any(e => e.Outcome is Outcome.Fails or Outcome.Differs))
            return Unmet(null);

        var counting = evidence.Where(e => e.Outcome != Outcome.NotApplicable).ToList();
        if (evidence.Count > 0 && counting.Count == 0)
            return Is(Verdict.NotApplicable, Notes(evidence, Outcome.NotApplicable));
        if (counting.Count > 0 && counting.All(e => e.Outcome == Outcome.Holds))
            return Is(isRehearsal ? Verdict.Rehearsed : Verdict.Met);

        // Nothing was measured, or not everything could be.
        var unknown = counting.Where(e => e.Outcome == Outcome.NotAssessed).ToList();
        var wordCounts = unknown.All(e => e.Word == WhoseWord.APersons)
            && (control.Attestable == Attestable.Always || (control.Attestable == Attestable.WhereItCannotBeMeasured && unknown.Count > 0));
        if (wordCounts && attestation is not null)
            return Is(Verdict.Attested);
        if (wordCounts && control.Attestable == Attestable.Always)
            return Unmet(new("niemand hat es bestätigt: attestations im Manifest enthält keine heute gültige Bestätigung", "nobody has attested it: attestations of the manifest hold none that counts today"));
        return Is(Verdict.NotAssessed, counting.Count == 0 ? new("keine Prüfung dieser Version des Produkts betrachtet dies", "nothing in this version of the product looks at it") : Notes(evidence, Outcome.NotAssessed));
    }

    private static Wording Notes(IReadOnlyList<Observation> evidence, Outcome outcome) =>
        Wording.Join("; ", evidence.Where(e => e.Outcome == outcome).Select(e => e.Note ?? e.Observed).Distinct());
}
