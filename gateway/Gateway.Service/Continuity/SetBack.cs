using Gateway.Service.Ledgers;

namespace Gateway.Service.Continuity;

/// <summary>
/// Tells a machine that was set back to a snapshot, or whose volumes were restored, from one that merely crashed: a gateway that was set
/// back has forgotten what it sent since.
/// </summary>
internal static class SetBack
{
    /// <summary>More than this no clock is corrected by on a domain's member, and no service waits for its restart after a crash.</summary>
    public static readonly TimeSpan Threshold = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1); // a clock that is corrected moves the start of the machine with it

    /// <summary>What a start shows.</summary>
    /// <param name="witness">What the other volume remembers; null for nothing.</param>
    /// <param name="file">The ledger.</param>
    /// <param name="now">The time.</param>
    /// <param name="upTime">How long the machine has been up.</param>
    /// <returns>Why it was set back, in words; null where it was not, as far as can be told.</returns>
    public static string? AtStart(Witness? witness, LedgerFile file, DateTimeOffset now, TimeSpan upTime)
    {
        if (witness is null)
            return null;
        if (witness.Line > 0 && file.FollowAfter(witness.Line - 1).Next(1) is var next && (next.Count == 0 || next[0].Number != witness.Line || next[0].At != witness.LineAt))
            return $"the ledger lacks its line {witness.Line} of {witness.LineAt:yyyy-MM-dd HH:mm:ss} UTC, which it had: the volume of the spool was set back, restored or exchanged";
        return !witness.HasStopped && now - witness.AliveAt > Threshold && now - upTime + Slack < witness.AliveAt
            ? $"the service ended at {witness.AliveAt:yyyy-MM-dd HH:mm:ss} UTC without having been stopped and was not restarted for longer than {Threshold.TotalMinutes} minutes, although the machine was up: its volumes may have been restored"
            : null;
    }

    /// <summary>What a running service sees.</summary>
    /// <param name="wall">How far the clock went.</param>
    /// <param name="elapsed">How much time went by, as far as the processor counts.</param>
    /// <returns>Why it was set back, in words; null where it was not.</returns>
    public static string? WhileRunning(TimeSpan wall, TimeSpan elapsed) => wall - elapsed > Threshold
        ? $"the clock went {(wall - elapsed).TotalMinutes:0} minutes ahead while the service ran: the machine was resumed from a snapshot, or was suspended"
        : null;
}
