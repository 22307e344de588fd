using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Applying;

/// <summary>A run as the journal tells it.</summary>
public sealed class Run
{
    /// <summary>The target of a rollback that takes back every run at once.</summary>
    public const string All = "all";

    private readonly List<Step> steps = [];
    private readonly HashSet<string> touched = [];

    private Run(JournalEntry start) => (Id, Kind, Target, Plan, Product, StartedAt) = (start.Run, start.Kind ?? RunKind.Apply, start.Target, start.Plan, start.Product, start.At);

    /// <summary>Its name.</summary>
    public string Id { get; }

    /// <summary>What it is.</summary>
    public RunKind Kind { get; }

    /// <summary>The run that it takes back, with a rollback; or <see cref="All"/>.</summary>
    public string? Target { get; }

    /// <summary>Fingerprint of the plan that somebody approved, or null.</summary>
    public Sha256Digest? Plan { get; }

    /// <summary>Version of the product that went on with it last, or null where the journal does not say.</summary>
    public string? Product { get; private set; }

    /// <summary>When it began (UTC).</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>How it ended, or null while it is open.</summary>
    public RunOutcome? Outcome { get; private set; }

    /// <summary>What held when it ended, or null when it does not say.</summary>
    public IReadOnlyDictionary<ResourceId, Sha256Digest>? Holds { get; private set; }

    /// <summary>Whether something was left to the second stage, which is done after the installation that it ran in.</summary>
    public bool HasSecondStage { get; private set; }

    /// <summary>Its changes in order, without those that were taken back since.</summary>
    public IReadOnlyList<Step> Steps => steps;

    /// <summary>What it changed and nobody has taken back: each thing once, in the order of its first change, with the state from before that and the resource as it was declared last.</summary>
    public IReadOnlyList<Step> Changed => ChangedBy([this]);

    /// <summary>How many things it changed or put back, whatever became of them.</summary>
    public int Touched => touched.Count;

    /// <summary>Whether it tried to put something back and could not.</summary>
    public bool CouldNotRevert { get; private set; }

    /// <summary>Whether it is unfinished.</summary>
    public bool IsOpen => Outcome is null;

    /// <summary>The runs of a journal, in order.</summary>
    /// <param name="journal">The journal.</param>
    public static IReadOnlyList<Run> Of(Journal journal)
    {
        var runs = new List<Run>();
        foreach (var entry in journal.Entries)
        {
            if (entry.Event == JournalEvent.RunStarted)
                runs.Add(new Run(entry));
            else if (runs.Count > 0)
                runs[^1].Read(entry, TakenBackBy(runs));
        }

        return runs;
    }

    /// <summary>The run that a rollback takes back now: that of an interrupted rollback, or the last apply that changed something; null when there is none.</summary>
    /// <param name="runs">The runs of a journal.</param>
    public static Run? ToTakeBack(IReadOnlyList<Run> runs) =>
        runs is [.., { IsOpen: true, Kind: RunKind.Rollback } interrupted]
            ? runs.First(r => r.Id == interrupted.Target || (interrupted.Target == All && r.Kind == RunKind.Apply))
            : runs.LastOrDefault(r => r.Kind == RunKind.Apply && (r.IsOpen || r.Changed.Count > 0));

    /// <summary>What several runs changed and nobody has taken back: each thing once, with the state from before the first of them. What they went through in between is nobody's state: an older version's program, say.</summary>
    /// <param name="runs">The runs, in order.</param>
    public static IReadOnlyList<Step> ChangedBy(IEnumerable<Run> runs) =>
        [.. runs.SelectMany(r => r.steps).GroupBy(s => s.Resource.Address).Select(g => g.Last() with { Before = g.First().Before })];

    private static List<Run> TakenBackBy(List<Run> runs) =>
        runs[^1].Target == All ? [.. runs.Where(r => r.Kind == RunKind.Apply)] : [runs.Find(r => r.Id == runs[^1].Target) ?? runs[^1]];

    // A rollback takes steps away from the run that it takes back; a failing apply from its own.
    private void Read(JournalEntry entry, List<Run> takenBack)
    {
        var address = entry.Resource?.Address;
        switch (entry.Event)
        {
            case JournalEvent.RunResumed:
                Product = entry.Product ?? Product;
                break;
            case JournalEvent.ChangeStarted:
                steps.Add(new Step(entry.Resource!, entry.Before, entry.Removes == true));
                touched.Add(address!);
                break;
            case JournalEvent.ChangeDone when steps.FindLastIndex(s => s.Resource.Address == address) is >= 0 and var at:
                steps[at] = steps[at] with { IsDone = true, Left = entry.Left };
                break;
            case JournalEvent.RevertDone:
                takenBack.ForEach(run => run.steps.RemoveAll(s => s.Resource.Address == address));
                touched.Add(address!);
                break;
            case JournalEvent.RevertFailed:
                CouldNotRevert = true;
                break;
            case JournalEvent.RunFinished:
                Outcome = entry.Outcome;
                Holds = entry.Holds;
                HasSecondStage = entry.SecondStage is { Count: > 0 };
                foreach (var run in takenBack.Where(run => Kind == RunKind.Rollback && (run.IsOpen || (entry.Outcome == RunOutcome.RolledBack && run.Outcome != RunOutcome.Reverted))))
                    run.Outcome = entry.Outcome;
                break;
        }
    }
}
