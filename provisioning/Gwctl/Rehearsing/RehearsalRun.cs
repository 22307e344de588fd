using System.Net;
using System.Runtime.InteropServices;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Checking;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Rehearsal;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Planning;
using Gateway.Provisioning.Reporting;
using Gateway.Provisioning.Resources;
using Gateway.Provisioning.Verdicts;
using Gwctl.Asking;
using Gwctl.Commands;
using Gwctl.Printing;
using Spectre.Console;

namespace Gwctl.Rehearsing;

/// <summary>One rehearsal, step by step: plan, apply, a running gateway, an image, verification, an empty plan, a report. A step that fails ends it; the report is written all the same.
/// From its apply on it holds the machine's lock: nobody else changes what runs.</summary>
internal sealed class RehearsalRun(Session session, string root, string? image, bool isFull) : IAsyncDisposable
{
    // The caller that the default manifest names for a rehearsal's own sender.
    private const string CallingAeTitle = "GWCTL";
    private const string UnmetRequirement = "GW2001";
    private static readonly TimeSpan StartingTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan HealthInterval = TimeSpan.FromMilliseconds(100);

    private readonly List<RehearsalStep> steps = [];
    private ApplyLock? held;

    private Output Output => session.Output;

    private RehearsalMachine Machine => (RehearsalMachine)session.Machine;

    public async Task<RehearsalResult> RunAsync(CancellationToken cancel)
    {
        if (!Output.IsJson)
            Output.Line($"rehearsing {session.Appliance.Site.Name} in {root}: folders, files and the gateway are real, what only Windows has is modelled");
        if (Directory.Exists(session.Machine.StateRoot))
        {
            using var alone = ApplyLock.Take(session.Machine.StateRoot);
            await Machine.SwitchOnAsync(cancel);
        }

        var code = await StepsAsync(cancel);
        var assessment = await session.AssessAsync(cancel);
        session.Machine.EnsureStateRoot();
        var checks = await MonitoredMachine.BesideReportAsync(session, cancel);
        var report = ReportFiles.Write(session.ReportsFolder, session.Appliance, assessment, checks, session.JournalHead());
        Step("report", true, $"{assessment.Verdicts.Count} controls: {string.Join(", ", assessment.Verdicts.GroupBy(v => v.Verdict).OrderBy(g => g.Key).Select(g => $"{g.Count()} {VerdictPrinter.Word(g.Key)}"))}");
        checks = await MonitoredMachine.LookAsync(root, cancel); // those that rest on a report too
        Step("checks", true, string.Join(", ", checks.GroupBy(check => check.State).OrderBy(group => group.Key).Select(group => $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}")));
        if (!Output.IsJson)
        {
            foreach (var check in checks.Where(check => check.State != CheckState.Ok))
                Output.Line($"    {check.Name} {check.State.ToString().ToLowerInvariant()}: {check.Text}");
            foreach (var verdict in assessment.Verdicts.Where(v => v.Verdict is Verdict.Deviation or Verdict.NotMet or Verdict.Error or Verdict.NotAssessed))
                Output.Line($"    {verdict.Control.Id,-7} {VerdictPrinter.Word(verdict.Verdict)}: {verdict.Why ?? Wording.Join("; ", verdict.Evidence.Where(e => e.Outcome != Gateway.Provisioning.Resources.Outcome.Holds).Select(e => e.Observed))}");
            Output.Line(code == ExitCode.Holds ? "the rehearsal passed" : "the rehearsal did not pass", code == ExitCode.Holds ? Color.Green : Color.Red);
            Output.Line(report.Html);
        }

        var gateway = session.Appliance.Gateway;
        return new RehearsalResult(
            code is ExitCode.Holds or ExitCode.RestartNeeded, (int)code, root, gateway.AeTitle.Text, gateway.DicomPort, $"http://127.0.0.1:{gateway.HealthPort}/health", Spool(), report.Html, report.Json, steps);
    }

    /// <summary>Shuts the machine down, and only then lets others change it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (held is not null)
            await Machine.ShutDownAsync();
        held?.Dispose();
    }

    /// <summary>Waits for Ctrl-C or for a request to end.</summary>
    public static async Task UntilStoppedAsync(CancellationToken cancel)
    {
        var stopped = new TaskCompletionSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stopped.TrySetResult();
        });
        using var cancelled = cancel.Register(() => stopped.TrySetResult());
        await stopped.Task;
    }

    private async Task<ExitCode> StepsAsync(CancellationToken cancel)
    {
        var before = await session.AssessAsync(cancel);
        if (!Output.IsJson)
            PlanPrinter.Print(Output, before.Plan);
        var refusing = Refusals.Of(before);
        if (!Step("plan", refusing.Count == 0, $"{PlanPrinter.Count(before.Plan)}, {before.Plan.Holding} hold"))
        {
            Output.Complain(refusing);
            return ExitCode.NotMet;
        }

        var applied = await new Applier(session.Machine, session.JournalFile, TimeProvider.System).ApplyAsync(session.Assessor, before.Plan, cancel);
        if (!Step("apply", applied.Outcome == ApplyOutcome.Applied, $"{applied.Changed} changes, run {applied.Run ?? "none"}"))
        {
            Output.Complain(applied.Diagnostics);
            return applied.Outcome == ApplyOutcome.Refused && applied.Diagnostics.All(d => d.Code == UnmetRequirement) ? ExitCode.NotMet : ExitCode.Failed;
        }

        held = ApplyLock.Take(session.Machine.StateRoot);

        if (await WhyNotHealthyAsync(cancel) is { } why)
        {
            Step("gateway", false, why.ToString());
            return ExitCode.Failed;
        }

        Step("gateway", true, $"{session.Appliance.Gateway.AeTitle} is healthy as a process of its own");
        var proof = new ImageProof(new IPEndPoint(IPAddress.Loopback, session.Appliance.Gateway.DicomPort), session.Appliance.Gateway.AeTitle.Text, CallingAeTitle, Spool());
        var (failure, detail) = await proof.RunAsync(image, cancel);
        if (!Step("image", failure is null, failure ?? detail))
            return ExitCode.Failed;

        var (lost, arrived) = await new MailProof(
            Machine.Locate(session.Appliance.Gateway.ProgramFolderOfThisVersion().Join("Gateway.Service.exe")), Path.Combine(root, "line"), isFull).RunAsync(cancel);
        if (!Step("mail", lost is null, lost ?? arrived))
            return ExitCode.Failed;

        var (said, refusals) = await BackupProgram.RunAsync(root, BackupArguments.Of(session.Appliance), [], cancel);
        if (!Step("backup", refusals.Count == 0, refusals.Count == 0 ? said : string.Join(" ", refusals)))
            return ExitCode.Failed;

        var after = await session.AssessAsync(cancel);
        var code = VerifyCommand.CodeOf(after);
        Step("verify", code is ExitCode.Holds or ExitCode.RestartNeeded, $"{after.Plan.Holding} resources hold{Exceptions(after)}");
        Step("plan again", after.Plan.Changes.Count == 0, after.Plan.Changes.Count == 0 ? "nothing to change" : string.Join(", ", after.Plan.Changes.Select(c => c.Resource)));
        return code;
    }

    private static string Exceptions(Assessment assessment)
    {
        var refusing = assessment.BeyondApply.Select(v => v.Control.Id.Text).Concat(assessment.FailingWithoutControl.Select(f => f.Resource.Text)).ToList();
        return refusing.Count == 0 ? "" : ", not met: " + string.Join(", ", refusing);
    }

    private async Task<Diagnostic?> WhyNotHealthyAsync(CancellationToken cancel)
    {
        var gateway = session.Appliance.Gateway;
        var until = TimeProvider.System.GetUtcNow() + StartingTime;
        while (TimeProvider.System.GetUtcNow() < until)
        {
            if (await session.Machine.Gateway.ReadAsync(gateway.HealthPort, cancel) is { Status: "healthy" })
                return null;
            if (Machine.Processes?.WhyEnded(gateway.ServiceName) is { } ended)
                return ended;
            await Task.Delay(HealthInterval, cancel);
        }

        return Diagnostic.Error("GW6005", $"No healthy answer of its own gateway from 127.0.0.1:{gateway.HealthPort} within {StartingTime.TotalSeconds} s.", "The gateway's log in the rehearsal's directory says more; another program may hold the port.");
    }

    private string Spool() => Path.Combine([root, session.Appliance.Gateway.ImageFolder.Drive[..1], .. session.Appliance.Gateway.ImageFolder.Parts]);

    private bool Step(string name, bool passed, string detail)
    {
        steps.Add(new RehearsalStep(name, passed, detail));
        if (!Output.IsJson)
            Output.Line($"{(passed ? "ok  " : "FAIL")} {name}: {detail}", passed ? Color.Green : Color.Red);
        return passed;
    }
}
