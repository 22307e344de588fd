using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Planning;

namespace Gateway.Provisioning.Applying;

/// <summary>How an apply or a rollback ended.</summary>
public enum ApplyOutcome
{
    /// <summary>Everything that was planned was made, but for what <see cref="ApplyResult.Diagnostics"/> names; <see cref="ApplyResult.After"/> says what holds.</summary>
    Applied,

    /// <summary>A run was taken back.</summary>
    RolledBack,

    /// <summary>A requirement is not met; nothing was changed.</summary>
    Refused,

    /// <summary>A change failed, and everything was taken back.</summary>
    Reverted,

    /// <summary>A change failed, and not everything could be taken back: the run stays open, and the next apply or rollback goes on with it.</summary>
    Unfinished,
}

/// <summary>What an apply or a rollback did.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Run">The run, or null when there was nothing to do.</param>
/// <param name="Changed">How many resources were changed or put back.</param>
/// <param name="Diagnostics">What went wrong, and what had to stay.</param>
public sealed record ApplyResult(ApplyOutcome Outcome, string? Run, int Changed, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>The machine as it was seen last: after the changes, or when it was refused; null when it was not looked at again.</summary>
    public Assessment? After { get; init; }

    /// <summary>What was left to the second stage, because an installation by Windows Installer was under way.</summary>
    public IReadOnlySet<ResourceId> LeftToSecondStage { get; init; } = new HashSet<ResourceId>();
}
