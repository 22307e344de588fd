using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Reporting;
using Gateway.Provisioning.Resources;
using Gwctl.Asking;
using Gwctl.Printing;
using Gwctl.Serving;

namespace Gwctl.Installing;

/// <summary>
/// One installation by the MSI. It is done in this process and never handed over: Windows Installer is at work, and what needs it itself is the second stage's. Whoever holds the
/// lock, the service on its look, is waited for.
/// </summary>
/// <param name="session">Manifest and machine.</param>
/// <param name="lines">What the installer hears.</param>
/// <param name="log">What a person reads afterwards.</param>
internal sealed class Installation(Session session, InstallerLines lines, InstallationLog log)
{
    private const int Looked = 250; // thousandths of the way, by what each part takes
    private const int Changed = 900;
    private const int All = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private int looks;
    private bool isChanging;

    private bool IsRehearsal => session.Machine.IsRehearsal;

    /// <summary>Stage one: preflight, then everything that does not need Windows Installer itself.</summary>
    /// <param name="cancel">Cancels between two changes.</param>
    public async Task<ExitCode> ApplyAsync(CancellationToken cancel)
    {
        session.Machine.EnsureStateRoot();
        log.ContinueIn(Directory.CreateDirectory(session.ReportsFolder).FullName);
        if (NewerOwner() is { } newer)
        {
            Refuse([Diagnostic.Error("GW3211", $"Version {newer} of the product owns this machine; this is version {ProductVersion.Text}.", $"Install version {newer} or a later one; to go back, remove it first. Data stay.")], lines, log, IsRehearsal);
            return ExitCode.NotMet;
        }

        InstallationEvent.Begun.Write($"The installation of version {ProductVersion.Text} has begun. Its log: {log.File}", IsRehearsal);
        log.Say("the preflight begins");
        var result = await OnceFreeAsync(
            applier =>
            {
                BeforeInstallation.Remember(session.Machine, Runs()); // what the service did while it was waited for is of the time before
                return applier.ApplyAsync(session.Assessor, null, cancel);
            },
            cancel);
        if (result.After is { } after)
        {
            var report = ReportFiles.Write(session.ReportsFolder, session.Appliance, after, await MonitoredMachine.BesideReportAsync(session, CancellationToken.None), session.JournalHead());
            lines.Show(report.Html);
            log.Say($"report: {report.Html}");
        }
        else
        {
            lines.Show(log.File!);
        }

        var code = result.Outcome == ApplyOutcome.Applied ? await BuiltAsync(result, cancel) : Refused(result);
        if (code is not (ExitCode.Holds or ExitCode.Differs or ExitCode.RestartNeeded))
            await UndoAsync(cancel); // the installer's undo is for what fails later, and for a process that was ended
        return code;
    }

    /// <summary>Takes back what this installation did since it began, and nothing from before.</summary>
    /// <param name="cancel">Cancels between two changes.</param>
    public async Task<ExitCode> UndoAsync(CancellationToken cancel)
    {
        var before = BeforeInstallation.Of(session.Machine);
        log.ContinueIn(session.ReportsFolder);
        var isNeeded = Run.ToTakeBack(Runs()) is { } last && before.IsSince(last, Runs());
        var code = await TakeBackAsync(run => before.IsSince(run, Runs()), (applier, stop) => applier.RollbackAsync(stop), cancel);
        if (code == ExitCode.Holds)
            before.Restore(session.Machine);
        if (isNeeded)
            InstallationEvent.TakenBack.Write($"What the installation of version {ProductVersion.Text} did was taken back{(code == ExitCode.Holds ? "" : ", but not whole")}. Its log: {log.File}", IsRehearsal);
        return code;
    }

    /// <summary>Takes everything back. Data stay, but when they shall not. Does nothing once a newer version owns the machine.</summary>
    /// <param name="purge">Whether data go too.</param>
    /// <param name="cancel">Cancels between two changes.</param>
    public async Task<ExitCode> RemoveAsync(bool purge, CancellationToken cancel)
    {
        if (Directory.Exists(session.Machine.StateRoot))
            log.ContinueIn(Directory.CreateDirectory(session.ReportsFolder).FullName);
        if (NewerOwner() is { } newer)
        {
            log.Say($"version {newer} owns this machine; version {ProductVersion.Text} leaves it as it is");
            return ExitCode.Holds;
        }

        if (await TakeBackAsync(_ => true, (applier, stop) => applier.RollbackAllAsync(stop), cancel) is not ExitCode.Holds and var failed)
            return failed;
        session.Machine.Registry.Remove(ManifestPaths.RegistryKey, Standing.ValueName);
        log.Say(purge ? "everything was taken back; data go too, as PURGEDATA asks" : "everything was taken back; data stay");
        if (purge)
        {
            log.Leave();
            DataFolders.Delete(session.Machine.Files, session.Appliance);
        }

        InstallationEvent.Removed.Write($"Version {ProductVersion.Text} was removed; data {(purge ? "were deleted, as PURGEDATA asked" : "stay")}.", IsRehearsal);
        return ExitCode.Holds;
    }

    // Windows' wish to be restarted weighs more than what the second stage, or a site, still has to do.
    private async Task<ExitCode> BuiltAsync(ApplyResult result, CancellationToken cancel)
    {
        var end = RunEnd.Of(result);
        if (result.LeftToSecondStage.Count > 0)
            Standing.Say(session, Standing.Pending);
        else
            await Standing.SayAfterAsync(session, result, cancel);
        foreach (var note in result.Diagnostics)
            Note(note.ToString());
        foreach (var left in ResultPrinter.Left(result.After!))
            Note($"left: {left}");
        if (result.LeftToSecondStage.Count > 0)
            Note($"the service {ProvisioningService.Name} does the rest when Windows Installer is free: {string.Join(", ", result.LeftToSecondStage)}");
        if (end.ExitCode == ExitCode.NotMet)
            return Refused(result with { Diagnostics = [.. ResultPrinter.Left(result.After!).Select(left => Diagnostic.Error("GW3210", $"What was built does not do its work: {left}.", "The report says more. Everything is taken back; mend it and install again."))] });
        lines.Progress(new("Der Server ist eingerichtet", "The server is set up"), All);
        log.Say($"built: {result.Changed} changes");
        InstallationEvent.Built.Write($"The installation of version {ProductVersion.Text} has built what it builds: {result.Changed} changes. Its log: {log.File}", IsRehearsal);
        return end.RestartNeeded ? ExitCode.RestartNeeded : end.ExitCode;
    }

    private ExitCode Refused(ApplyResult result)
    {
        Refuse(result.Diagnostics, lines, log, IsRehearsal);
        return result.Outcome == ApplyOutcome.Applied ? ExitCode.NotMet : RunEnd.Of(result).ExitCode;
    }

    /// <summary>Says why nothing is installed.</summary>
    /// <param name="why">Why.</param>
    /// <param name="lines">What the installer hears.</param>
    /// <param name="log">What a person reads afterwards.</param>
    /// <param name="isRehearsal">Whether the machine is a rehearsal.</param>
    public static void Refuse(IReadOnlyList<Diagnostic> why, InstallerLines lines, InstallationLog log, bool isRehearsal)
    {
        foreach (var each in why)
            log.Say(each.ToString());
        lines.Error(why.Where(each => each.Severity == Severity.Error));
        InstallationEvent.Refused.Write($"The installer's work with version {ProductVersion.Text} was refused or failed. {string.Join("\n", why)}", isRehearsal);
    }

    private async Task<ExitCode> TakeBackAsync(Predicate<Run> isOurs, Func<Applier, CancellationToken, Task<ApplyResult>> takeBack, CancellationToken cancel)
    {
        while (Run.ToTakeBack(Runs()) is { } target && isOurs(target))
        {
            log.Say($"what was set up is taken back, the run {target.Id} and perhaps others");
            var result = await OnceFreeAsync(applier => takeBack(applier, cancel), cancel);
            if (result.Outcome != ApplyOutcome.RolledBack)
                return Refused(result);
            foreach (var note in result.Diagnostics)
                Note(note.ToString());
        }

        return ExitCode.Holds;
    }

    private async Task<ApplyResult> OnceFreeAsync(Func<Applier, Task<ApplyResult>> work, CancellationToken cancel)
    {
        var applier = new Applier(session.Machine, session.JournalFile, TimeProvider.System, Say) { IsInsideInstallation = true, Observed = Say };
        return await ApplyLock.OnceFreeAsync(() => work(applier), Patience, cancel);
    }

    private void Say(Observation seen)
    {
        if (isChanging)
            return;
        var share = Math.Min(1.0, (double)Interlocked.Increment(ref looks) / (2 * session.Graph.InOrder.Count)); // before the first change it looks twice
        lines.Progress(new($"Der Server wird geprüft: {seen.Expected.German}", $"The server is checked: {seen.Expected.English}"), (int)(Looked * share));
    }

    private void Say(RunStep step)
    {
        if (!isChanging)
            log.Say("the preflight has ended; the first change begins");
        isChanging = true;
        var what = step.Resource.Describe();
        log.Say($"{InWords(step.What)} {step.Resource.Id}{(step.What is JournalEvent.ChangeStarted ? $": {what.English}" : "")}");
        if (step.What is JournalEvent.ChangeStarted or JournalEvent.RevertStarted)
        {
            lines.Progress(
                step.What == JournalEvent.ChangeStarted ? new($"Eingerichtet wird: {what.German}", $"Now set up: {what.English}") : new($"Zurückgenommen wird: {what.German}", $"Taken back: {what.English}"),
                Looked + ((Changed - Looked) * step.Done / Math.Max(1, step.Of)));
        }
    }

    private static string InWords(JournalEvent what) => what switch
    {
        JournalEvent.ChangeStarted => "sets up",
        JournalEvent.ChangeDone => "has set up",
        JournalEvent.RevertStarted => "takes back",
        JournalEvent.RevertDone => "has taken back",
        _ => "could not take back",
    };

    private void Note(string text)
    {
        log.Say(text);
        lines.Note(text);
    }

    private IReadOnlyList<Run> Runs() =>
        Directory.Exists(session.Machine.StateRoot) ? Run.Of(Journal.Open(session.JournalFile, TimeProvider.System)) : [];

    // One whose runs were taken back owns nothing any more.
    private string? NewerOwner() =>
        Run.ToTakeBack(Runs()) is { } run && Version.TryParse(run.Product, out var theirs) && Version.TryParse(ProductVersion.Text, out var ours) && theirs > ours ? run.Product : null;
}
