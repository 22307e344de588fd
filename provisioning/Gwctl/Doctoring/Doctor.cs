using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Checking;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Planning;
using Gateway.Provisioning.Resources;
using Gwctl.Asking;
using Gwctl.Logs;
using Gwctl.Printing;

namespace Gwctl.Doctoring;

/// <summary>Looks at a machine from every side at once: its runs, its resources and controls, what monitoring is told, the gateway's dead letters and its log. Changes nothing.</summary>
/// <param name="session">The machine and the manifest that it is held to.</param>
/// <param name="log">The gateway's log.</param>
/// <param name="words">What may leave the site.</param>
/// <param name="root">The directory of a rehearsed machine, or null for this computer.</param>
/// <param name="time">The clock.</param>
internal sealed class Doctor(Session session, LogFolder log, OwnWords words, string? root, TimeProvider time)
{
    // Told from the last report; here the machine itself is looked at.
    private static readonly HashSet<string> OfReport = ["DICOM-Mail requirements", "DICOM-Mail drift", "DICOM-Mail updates", "DICOM-Mail clock", "DICOM-Mail TLS interception"];
    private static readonly TimeSpan LogTime = TimeSpan.FromDays(1);

    /// <summary>Looks.</summary>
    /// <param name="cancel">Cancels.</param>
    public async Task<Examination> ExamineAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var runs = Run.Of(Journal.Open(session.JournalFile, time));
        var assessment = await session.AssessAsync(cancel);
        var isBuilt = File.Exists(KeptIntent.ManifestIn(session.Machine.StateRoot));
        var checks = isBuilt ? await MonitoredMachine.LookAsync(root, cancel) : [];
        var isSilent = checks.Any(check => check.Text == GatewayChecks.NothingSaid); // which is a finding once, and not for each thing that it does not say
        Finding[] found =
        [
            .. OfRuns(runs, isBuilt), .. OfAssessment(assessment, isBuilt), .. checks.Where(check => check.State != CheckState.Ok && !OfReport.Contains(check.Name) && check.Text != GatewayChecks.NothingSaid).Select(OfCheck),
            .. isBuilt && !isSilent ? await OfDeadLettersAsync(cancel) : [], .. Complaint.Of(log.Since(now - LogTime)).Select(complaint => complaint.ToFinding(words)),
        ];
        return new Examination(now, [.. found.OrderBy(finding => finding.Rank)], assessment, runs, checks, await FactsRecorder.RecordAsync(session.Machine, session.Appliance, time, cancel));
    }

    private static IEnumerable<Finding> OfRuns(IReadOnlyList<Run> runs, bool isBuilt)
    {
        if (!isBuilt)
            yield return Own(CheckState.Warning, "machine", "It was not built yet.", "'gwctl plan' shows what would be done, 'gwctl apply' does it.");
        if (runs is [.., { IsOpen: true } open])
            yield return Own(CheckState.Critical, "machine", $"The {open.Kind.ToString().ToLowerInvariant()} {open.Id} was cut off.", "'gwctl apply' goes on with it, 'gwctl rollback' takes it back.");
    }

    private static IEnumerable<Finding> OfAssessment(Assessment assessment, bool isBuilt)
    {
        foreach (var verdict in assessment.BeyondApply)
        {
            var evidence = verdict.Evidence.Where(one => one.Outcome is Outcome.Fails or Outcome.Error).Select(one => $"expected {one.Expected}, found {one.Observed}");
            yield return new Finding(
                CheckState.Critical, verdict.Control.Id.Text, $"{verdict.Control.English}: {VerdictPrinter.Word(verdict.Verdict)}; {verdict.Why?.English ?? string.Join("; ", evidence)}",
                "A person has to see to it; an attestation or a waiver in the manifest says who answers for it.", $"{verdict.Control.English}: {VerdictPrinter.Word(verdict.Verdict)}");
        }

        foreach (var failing in assessment.FailingWithoutControl)
            yield return new Finding(CheckState.Critical, failing.Resource.Text, $"Expected {failing.Expected}, found {failing.Observed}.", "The check of the same thing says more.", $"{failing.Resource} does not hold.");
        if (isBuilt && assessment.Plan.Changes.Count > 0)
            yield return Own(CheckState.Critical, "manifest", $"The machine is not as it says: {string.Join(", ", assessment.Plan.Changes.Select(change => change.Resource))}.", "'gwctl plan' shows how, 'gwctl apply' mends it.");
        foreach (var unknown in assessment.Unknown)
            yield return new Finding(CheckState.Unknown, unknown.Resource.Text, $"It could not be looked at: {unknown.Why}", "Run this as administrator.", "It could not be looked at.");
        if (assessment.RestartPending)
            yield return Own(CheckState.Warning, "machine", "Windows waits for a restart.", "Restart it when nobody waits for an image; the product never does by itself.");
    }

    private static Finding OfCheck(Check check) => Own(check.State, check.Name, check.Text, NextStep.Of(check.Name) ?? "The page of checks tells what it means.");

    private async Task<IReadOnlyList<Finding>> OfDeadLettersAsync(CancellationToken cancel)
    {
        JsonArray letters;
        try
        {
            using var api = GatewayApi.Of(session.Appliance, root);
            letters = await api.GetAsync("dead-letters", cancel);
        }
        catch (RefusedException refused)
        {
            return [new Finding(CheckState.Unknown, "dead letters", refused.Diagnostic.Message, refused.Diagnostic.Mend, "They could not be asked for.")];
        }

        return
        [
            .. letters.GroupBy(letter => ((string)letter!["target"]!, (string)letter["reason"]!)).Select(group => new Finding(
                CheckState.Warning, "dead letters", Dead(group.Count(), group.Key.Item1, group.Key.Item2), $"Mend the reason, then 'gwctl gateway resend --delivery {group.First()!["delivery"]}'; 'gwctl gateway dead-letters' names them all.",
                Dead(group.Count(), group.Key.Item1, OwnWords.CodesIn(group.Key.Item2)))),
        ];
    }

    private static string Dead(int count, string target, string reason) => string.Create(CultureInfo.InvariantCulture, $"{count} images for {target} are not sent again by themselves: {reason}");

    private static Finding Own(CheckState state, string about, string what, string next) => new(state, about, what, next, what);
}
