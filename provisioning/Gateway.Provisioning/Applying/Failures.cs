using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources;

namespace Gateway.Provisioning.Applying;

/// <summary>What a failing change looks like to the person who asked for it.</summary>
internal static class Failures
{
    private const string OfTheMachine = "GW2"; // an ability knows what it did, not for which resource
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int LinuxDiskFull = 28; // ENOSPC

    /// <summary>Whether somebody asked to stop; a time limit that ran out is a failure like any other.</summary>
    public static bool IsCancellation(Exception failure, CancellationToken cancel) => failure is OperationCanceledException && cancel.IsCancellationRequested;

    public static bool IsDiskFull(Exception failure) => failure is IOException { HResult: WindowsDiskFull or WindowsHandleDiskFull or LinuxDiskFull };

    public static Diagnostic Describe(Exception failure, ResourceId? resource, string journal)
    {
        var what = resource is { Kind: not null } id ? $"{id}: " : "";
        return failure switch
        {
            RefusedException { Diagnostic: var said } => said.Code.StartsWith(OfTheMachine, StringComparison.Ordinal) ? said with { Message = what + said.Message } : said,
            _ when IsDiskFull(failure) =>
                Diagnostic.Error("GW3301", $"{what}the disk is full: {failure.Message}", $"Make room on the drive of {journal} and of the gateway's folders, then apply again: it goes on where it stopped."),
            UnauthorizedAccessException => Diagnostic.Error("GW3302", $"{what}no right to change this: {failure.Message}", "Run as administrator; if you do, ask who protects it."),
            OperationCanceledException => Diagnostic.Error("GW3203", $"{what}no answer in time.", "Mend the cause, then apply again."),
            _ => Diagnostic.Error("GW3203", $"{what}the change failed: {failure.Message}", "Mend the cause, then apply again."),
        };
    }

    public static RefusedException Unknown(ResourceId resource, Observation seen) => new(Diagnostic.Error(
        "GW3205",
        $"{resource} could not be looked at right before its change: {seen.Note ?? seen.Observed}.",
        "Nothing is changed whose state before is unknown: it could not be put back. Mend the cause, then apply again."));

    public static Diagnostic Stays(ResourceId resource, string what) =>
        Diagnostic.Warning("GW3202", $"{resource}: {what}.", "Nothing that holds data is removed; remove it by hand if it is not needed.");

    public static Diagnostic StaysOpen(string run) =>
        Diagnostic.Error("GW3204", $"The run {run} could not be taken back whole and stays open.", "Mend the cause; then 'gwctl apply' goes on from there, or 'gwctl rollback' takes the rest back.");
}
