using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Verdicts;

namespace Gateway.Provisioning.Applying;

/// <summary>What a failing change looks like to the person who asked for it.</summary>
internal static class Failures
{
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int LinuxDiskFull = 28; // ENOSPC

    public static Diagnostic Describe(Exception failure, string journal) => failure switch
    {
        RefusedException refused => refused.Diagnostic,
        IOException io when io.HResult is WindowsDiskFull or WindowsHandleDiskFull or LinuxDiskFull =>
            Diagnostic.Error("GW3301", $"The disk is full: {io.Message}", $"Make room on the drive of {journal} and of the gateway's folders, then apply again: it goes on where it stopped."),
        UnauthorizedAccessException denied => Diagnostic.Error("GW3302", $"No right to change this: {denied.Message}", "Run as administrator; if you do, ask who protects it."),
        _ => Diagnostic.Error("GW3203", $"A change failed: {failure.Message}", "Mend the cause, then apply again."),
    };

    public static Diagnostic StaysOpen(string run) =>
        Diagnostic.Error("GW3204", $"The run {run} could not be taken back whole and stays open.", "Mend the cause; then 'gwctl apply' goes on with it, or 'gwctl rollback' takes it back.");
}

/// <summary>A control that refuses installation, as a diagnostic.</summary>
public static class Refusals
{
    /// <summary>The diagnostic.</summary>
    /// <param name="verdict">A verdict that refuses.</param>
    public static Diagnostic Of(ControlVerdict verdict)
    {
        var evidence = verdict.Evidence.Where(e => e.Outcome is Resources.Outcome.Fails or Resources.Outcome.Differs or Resources.Outcome.Error).ToList();
        var found = evidence.Count == 0 ? verdict.Why : string.Join("; ", evidence.Select(e => $"expected {e.Expected}, found {e.Observed}{(e.Outcome == Resources.Outcome.Error ? $" ({e.Note})" : "")}"));
        return Diagnostic.Error("GW2001", $"{verdict.Control.Id} is not met ({verdict.Control.English}): {found}.", $"Meet it, accept it by a waiver with owner, reason and end, or set enforce to warn for {verdict.Control.Id}.");
    }
}
