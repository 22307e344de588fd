using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Diagnosis;
using Gwctl.Commands;
using Gwctl.Printing;

namespace Gwctl;

/// <summary>How an apply or a rollback ended, as far as a person is told: the same from this process and from the service.</summary>
internal sealed record RunEnd
{
    /// <summary>How it ended.</summary>
    public required ApplyOutcome Outcome { get; init; }

    /// <summary>The run, or null when there was nothing to do.</summary>
    public string? Run { get; init; }

    /// <summary>How many resources were changed or put back.</summary>
    public required int Changed { get; init; }

    /// <summary>Why the machine is not as the manifest says, reason by reason; null when it was not looked at again.</summary>
    public IReadOnlyList<string>? Left { get; init; }

    /// <summary>Whether Windows waits for a restart.</summary>
    public required bool RestartNeeded { get; init; }

    /// <summary>What went wrong, and what had to stay.</summary>
    public required IReadOnlyList<Diagnostic> Diagnostics { get; init; }

    /// <summary>How the command ends.</summary>
    public required ExitCode ExitCode { get; init; }

    /// <summary>What a result means for the person who asked for it.</summary>
    public static RunEnd Of(ApplyResult result)
    {
        var after = result.Outcome == ApplyOutcome.Applied ? result.After : null;
        return new RunEnd
        {
            Outcome = result.Outcome,
            Run = result.Run,
            Changed = result.Changed,
            Left = after is null ? null : [.. ResultPrinter.Left(after)],
            RestartNeeded = after?.RestartPending ?? false,
            Diagnostics = result.Diagnostics,
            ExitCode = result.Outcome switch
            {
                ApplyOutcome.Applied when after is not null => VerifyCommand.CodeOf(after),
                ApplyOutcome.RolledBack => ExitCode.Holds,
                ApplyOutcome.Refused => ExitCode.NotMet,
                _ => ExitCode.Failed,
            },
        };
    }
}
