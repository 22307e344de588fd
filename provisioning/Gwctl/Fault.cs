using Gateway.Provisioning.Diagnosis;

namespace Gwctl;

/// <summary>What went wrong, as the person who asked for it sees it: the same from this process and from the service.</summary>
/// <param name="Diagnostic">What to say.</param>
/// <param name="ExitCode">How to end.</param>
internal sealed record Fault(Diagnostic Diagnostic, ExitCode ExitCode)
{
    /// <summary>The fault that an exception stands for.</summary>
    public static Fault Of(Exception exception) => exception switch
    {
        RefusedException { Diagnostic: var why } => new(why, CodeOf(why)),
        OperationCanceledException => new(
            Diagnostic.Error("GW0003", "Stopped before the end.", "A run that was begun stays open: 'gwctl apply' goes on with it, 'gwctl rollback' takes it back."),
            ExitCode.Failed),
        IOException or UnauthorizedAccessException => new(Diagnostic.Error("GW0004", exception.Message, "Look at the path, its rights and the room on its disk."), ExitCode.Failed),

        // Our own fault. What happened is said; the trace stays inside.
        _ => new(
            Diagnostic.Error("GW0009", $"The program met something it did not expect: {exception.GetType().Name}: {exception.Message}", "Please report it with the command that you gave."),
            ExitCode.Failed),
    };

    private static ExitCode CodeOf(Diagnostic why) =>
        why.Code.StartsWith("GW1", StringComparison.Ordinal) ? ExitCode.ManifestInvalid
        : why.Code.StartsWith("GW0", StringComparison.Ordinal) ? ExitCode.Usage
        : ExitCode.Failed;
}
