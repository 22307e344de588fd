using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Planning;
using Gateway.Provisioning.Resources;
using Gateway.Provisioning.Verdicts;

namespace Gateway.Provisioning.Applying;

/// <summary>What refuses installation, as diagnostics: a control that is not met, and what is somebody else's.</summary>
public static class Refusals
{
    /// <summary>Everything that refuses.</summary>
    /// <param name="assessment">A look at the machine.</param>
    public static IReadOnlyList<Diagnostic> Of(Assessment assessment)
    {
        ArgumentNullException.ThrowIfNull(assessment);
        return [.. assessment.Refusing.Select(Of), .. assessment.SomebodyElses.Select(s => SomebodyElses(s.Resource, s.Observation))];
    }

    /// <summary>The diagnostic.</summary>
    /// <param name="verdict">A verdict that refuses.</param>
    public static Diagnostic Of(ControlVerdict verdict)
    {
        var evidence = verdict.Evidence.Where(e => e.Outcome is Outcome.Fails or Outcome.Differs or Outcome.Error).ToList();
        var found = evidence.Count == 0 ? verdict.Why?.English : string.Join("; ", evidence.Select(e => $"expected {e.Expected}, found {e.Observed}{(e.Outcome == Outcome.Error ? $" ({e.Note})" : "")}"));
        if (verdict.Verdict == Verdict.Error)
            return Diagnostic.Error("GW2001", $"{verdict.Control.Id} could not be assessed ({verdict.Control.English}): {found}.", $"Mend what the assessment failed on. Until then a waiver with owner, reason and end accepts that nobody can tell, or enforce set to warn for {verdict.Control.Id}.");
        var ask = string.Concat(evidence.Where(e => e.Outcome == Outcome.Fails && e.Note is not null).Select(e => $"To meet it, {e.Note}. ").Distinct());
        return Diagnostic.Error("GW2001", $"{verdict.Control.Id} is not met ({verdict.Control.English}): {found}.", $"{ask}Meet it, accept it by a waiver with owner, reason and end, or set enforce to warn for {verdict.Control.Id}.") with
        {
            German = $"{verdict.Control.Id} ist nicht erfüllt ({verdict.Control.German}): {FoundInGerman(verdict, evidence)}. Erfüllen Sie es, oder nehmen Sie es in Kauf: durch eine Ausnahme (waiver) mit Verantwortlichem, Grund und Ende.",
        };
    }

    private static string? FoundInGerman(ControlVerdict verdict, List<Observation> evidence) =>
        evidence.Count == 0 ? verdict.Why?.German : string.Join("; ", evidence.Select(e => $"erwartet {e.Expected.German}, gefunden {e.Observed.German}"));

    private static Diagnostic SomebodyElses(ManagedResource resource, Observation observation) => Diagnostic.Error(
        "GW2002", $"{resource.Id} is there already, and the product did not make it: {observation.Observed}.",
        $"Choose: remove it by hand; or give the product's another name in the manifest; or let the product take it over, by naming \"{resource.Id}\" in \"takeOver\".");
}
