using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Resources;
using Gateway.Provisioning.Verdicts;

namespace Gateway.Provisioning.Applying;

/// <summary>A control that refuses installation, as a diagnostic.</summary>
public static class Refusals
{
    /// <summary>The diagnostic.</summary>
    /// <param name="verdict">A verdict that refuses.</param>
    public static Diagnostic Of(ControlVerdict verdict)
    {
        var evidence = verdict.Evidence.Where(e => e.Outcome is Outcome.Fails or Outcome.Differs or Outcome.Error).ToList();
        var found = evidence.Count == 0 ? verdict.Why?.English : string.Join("; ", evidence.Select(e => $"expected {e.Expected}, found {e.Observed}{(e.Outcome == Outcome.Error ? $" ({e.Note})" : "")}"));
        if (verdict.Verdict == Verdict.Error)
            return Diagnostic.Error("GW2001", $"{verdict.Control.Id} could not be assessed ({verdict.Control.English}): {found}.", $"Mend what the assessment failed on. Until then a waiver with owner, reason and end accepts that nobody can tell, or enforce set to warn for {verdict.Control.Id}.");
        var ask = string.Concat(evidence.Where(e => e.Outcome == Outcome.Fails && e.Note is not null).Select(e => $"To meet it, {e.Note}. ").Distinct());
        return Diagnostic.Error("GW2001", $"{verdict.Control.Id} is not met ({verdict.Control.English}): {found}.", $"{ask}Meet it, accept it by a waiver with owner, reason and end, or set enforce to warn for {verdict.Control.Id}.");
    }
}
