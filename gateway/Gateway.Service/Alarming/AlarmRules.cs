using Gateway.Service.Configuration;
using Gateway.Service.Health;
using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;
using Gateway.Service.Receiving;
using Gateway.Service.Routing;
using Gateway.Service.Watching;

namespace Gateway.Service.Alarming;

/// <summary>
/// What is an alarm, in one place: lines of the ledger that say so, and conditions that hold. Reasons of a target are left in the log,
/// since they may name SOP classes; an alarm names targets, AE titles and counts.
/// </summary>
internal sealed class AlarmRules(
    Ledger ledger, DiskRoom room, DiskLimits limits, IndexCondition index, ServiceCondition condition, AlarmSettings settings, IdTables tables, AlarmBoard board, TimeProvider time)
    : ILedgerWatcher
{
    private const string Unknown = "unknown";
    private const string Images = "images";
    private const string Database = "database";
    private const string TheLedger = "ledger";
    private const string Sending = "sending";

    private static readonly TimeSpan LongestAbsence = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenQueues = TimeSpan.FromSeconds(10); // who looks through a long queue has the ledger wait

    // Those of an earlier run first: whoever was told of them may have been told in vain.
    private readonly Dictionary<string, int> dead = ledger.Ask(book => book.DeadLetters.CountBy(letter => letter.Target).ToDictionary());

    private readonly HashSet<string> givenUp = [];
    private readonly HashSet<string> unreported = [];
    private readonly Dictionary<string, int> quarantined = [];
    private DateTimeOffset queueLookedAt = DateTimeOffset.MinValue;
    private DateTimeOffset? awaySince;

    public void Take(LedgerLine line, string? target)
    {
        switch (line.What)
        {
            case LedgerEvent.Refused:
                Count(dead, target ?? Unknown);
                break;
            case LedgerEvent.Finished { GivenUp: not null }:
                givenUp.Add(target ?? Unknown);
                break;
            case LedgerEvent.CommitmentOverdue:
                unreported.Add(target ?? Unknown);
                break;
            case LedgerEvent.Quarantined laidAside:
                Count(quarantined, laidAside.Calling ?? Unknown);
                break;
        }
    }

    public void Look()
    {
        foreach (var (target, count) in dead)
            board.Raise(AlarmKind.DeadLetter, target, $"{Counted(count)} for {target} will not be sent again by themselves. The dead letters say which and why.");
        foreach (var target in givenUp)
            board.Raise(AlarmKind.GivenUp, target, $"A delivery to {target} failed for as long as it is tried, and is given up. The dead letters say which and why.");
        foreach (var target in unreported)
            board.Raise(AlarmKind.CommitmentOverdue, target, $"{target} has stored images and does not report whether it keeps them. It is asked again.");
        foreach (var (caller, count) in quarantined)
            board.Raise(AlarmKind.OtherPixels, caller, $"{Counted(count)} of {caller} came with the identity of another and with other pixels. They were refused and lie in quarantine.");
        dead.Clear();
        givenUp.Clear();
        unreported.Clear();
        quarantined.Clear();
        Overdue();
        Holds(AlarmKind.DiskShort, Images, room.FreeBytes < limits.EmergencyReserve, "The disk has less room than the reserve for emergencies: nothing else is taken.", "The disk has room again: everything is taken.");
        Holds(AlarmKind.DatabaseAway, Database, IsAwayForLong(), "The database is away. Images are received and sent without it.", "The database is back.");
        Holds(AlarmKind.LedgerNotWritable, TheLedger, condition.IsLedgerUnwritable, "The ledger cannot be written. What happens waits in memory, and is lost where the service ends.", "The ledger is written again.");
        Holds(AlarmKind.SpoolNotWritable, Images, condition.IsSpoolUnwritable, "An image could not be written to the disk and was refused. The log says why.", "Images are written to the disk again.");
        Holds(AlarmKind.SendingPaused, Sending, ledger.Ask(book => book.Pause) is not null, "This machine was set back to a snapshot, or seems to have been. Images are received, and nothing is sent until somebody has reconciled: gwctl gateway reconcile.", "Somebody has reconciled: sending goes on.");
        WrongTables();
        if (condition.IsLedgerDamaged)
            board.Raise(AlarmKind.LedgerDamaged, TheLedger, "The ledger lacks lines, or has lines that are not whole. The log says which.");
    }

    private static void Count(Dictionary<string, int> counts, string key) => counts[key] = counts.GetValueOrDefault(key) + 1;

    private static string Counted(int count) => count == 1 ? "An image" : $"{count} images";

    private void Holds(AlarmKind kind, string subject, bool holds, string raised, string cleared)
    {
        if (holds)
            board.Raise(kind, subject, raised);
        else
            board.Clear(kind, subject, cleared);
    }

    private void Overdue()
    {
        var now = time.GetUtcNow();
        if ((now - queueLookedAt).Duration() < BetweenQueues) // whichever way the clock was set
            return;
        queueLookedAt = now;
        var overdue = ledger.Ask(book => book.Deliveries.TakeWhile(delivery => delivery.Priority == Priority.Emergency)
            .Where(delivery => (now - delivery.QueuedAt).Duration() >= settings.EmergencyTime).Select(delivery => delivery.Target).ToHashSet());
        foreach (var target in overdue)
            board.Raise(AlarmKind.EmergencyOverdue, target, $"An emergency for {target} has waited for {settings.EmergencyTime.TotalMinutes} minutes and is not delivered.");
        foreach (var target in board.Standing(AlarmKind.EmergencyOverdue).Where(target => !overdue.Contains(target)))
            board.Clear(AlarmKind.EmergencyOverdue, target, $"No emergency for {target} is overdue any more.");
    }

    private void WrongTables()
    {
        var wrong = tables.Wrong();
        foreach (var (target, file, first) in wrong)
            board.Raise(AlarmKind.IdTableWrong, target, $"The table of ids {file} for {target} cannot be used: {first}. The last good one stays in force; where there is none, images wait.");
        foreach (var target in board.Standing(AlarmKind.IdTableWrong).Except(wrong.Select(one => one.Target)))
            board.Clear(AlarmKind.IdTableWrong, target, $"The tables of ids for {target} can be used again.");
    }

    private bool IsAwayForLong()
    {
        awaySince = index.IsAway ? awaySince ?? time.GetUtcNow() : null;
        return awaySince is { } since && time.GetUtcNow() - since >= LongestAbsence;
    }
}
