using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Planning;
using Gateway.Provisioning.Resources;
using Gateway.Provisioning.Verdicts;
using Spectre.Console;

namespace Gwctl.Printing;

/// <summary>Verdicts for a person: what is wrong first in words, then a line for each control.</summary>
internal static class VerdictPrinter
{
    public static void Print(Output output, IReadOnlyList<ControlVerdict> verdicts, string title)
    {
        output.Line(title);
        foreach (var verdict in verdicts)
        {
            output.Line($"  {verdict.Control.Id.Text,-7} {Word(verdict.Verdict),-15} {verdict.Control.English}{(verdict.Control.IsOurOwn ? " (not from the source)" : "")}", ColorOf(verdict.Verdict));
            foreach (var reason in ReasonsOf(verdict))
                output.Line($"          {reason}");
        }

        output.Line(string.Join(", ", verdicts.GroupBy(v => v.Verdict).OrderBy(g => g.Key).Select(g => $"{g.Count()} {Word(g.Key)}")));
    }

    public static void PrintFailures(Output output, IEnumerable<Observation> failures)
    {
        foreach (var failure in failures)
            output.Line($"  {failure.Resource}: expected {failure.Expected}, found {failure.Observed}", Color.Red);
    }

    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.NotMet => "not met",
        Verdict.NotApplicable => "not applicable",
        Verdict.NotAssessed => "not assessed",
        _ => verdict.ToString().ToLowerInvariant(),
    };

    private static Color ColorOf(Verdict verdict) => verdict switch
    {
        Verdict.Met => Color.Green,
        Verdict.NotMet or Verdict.Error => Color.Red,
        Verdict.Deviation or Verdict.Waived => Color.Yellow,
        Verdict.Attested or Verdict.Rehearsed => Color.Blue,
        _ => Color.Grey,
    };

    private static IEnumerable<string> ReasonsOf(ControlVerdict verdict)
    {
        if (verdict.Holds)
        {
            foreach (var note in verdict.Evidence.Where(e => e is { Outcome: Outcome.Holds, IsWithoutEffect: false, Note: not null }).Select(e => e.Note!.English))
                yield return note;
            yield break;
        }

        if (verdict.Attestation is { } attestation)
            yield return $"{attestation.By}, until {attestation.Until:yyyy-MM-dd}: {attestation.Statement}";
        if (verdict.Waiver is { } waiver)
            yield return $"accepted by {waiver.Owner} until {waiver.Until:yyyy-MM-dd}: {waiver.Reason}";
        if (verdict.EnforcementChanged)
            yield return $"the manifest changed its enforcement to {(verdict.Enforcement == Enforcement.Warn ? "warn" : "refuse")}";
        if (verdict.Why is { } why)
            yield return why.English;
        foreach (var e in verdict.Evidence.Where(e => e.Outcome is Outcome.Fails or Outcome.Differs or Outcome.Error))
            yield return $"expected {e.Expected}; found {e.Observed}{(e.Note is null || e.Note == verdict.Why ? "" : $" ({e.Note})")}";
    }
}

/// <summary>A verdict for machines: flat, without the control's texts.</summary>
internal sealed record VerdictView(ControlId Control, Force Force, Verdict Verdict, Enforcement Enforcement, bool EnforcementChanged, Wording? Why, Waiver? Waiver, Attestation? Attestation, IReadOnlyList<Observation> Evidence)
{
    public static VerdictView Of(ControlVerdict verdict) =>
        new(verdict.Control.Id, verdict.Control.Force, verdict.Verdict, verdict.Enforcement, verdict.EnforcementChanged, verdict.Why, verdict.Waiver, verdict.Attestation, verdict.Evidence);
}

/// <summary>For machines: how long the resources of one kind took to look at.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Resources">How many there are.</param>
/// <param name="LongestMilliseconds">The longest look at one of them, waiting included.</param>
internal sealed record KindView(string Kind, int Resources, int LongestMilliseconds)
{
    public static IEnumerable<KindView> Of(Assessment assessment) => assessment.Observations
        .GroupBy(o => o.Resource.Id.Kind)
        .Select(kind => new KindView(kind.Key, kind.Count(), kind.Max(o => o.Observation.TookMilliseconds)));
}
