using Gateway.Service.Ledgers;

namespace Gateway.Service.Committing;

/// <summary>Where associations get what they need for storage commitment.</summary>
internal sealed class CommitmentDesk(Ledger ledger, SpoolCommitment spool, CommitmentReports reports, CommitmentAnswers answers, TimeProvider time)
{
    /// <summary>Storage commitment for one association, whose end it must be told.</summary>
    public CommitmentTalk Open() => new(ledger, spool, reports, answers, time);
}
