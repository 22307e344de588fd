using Dapper;
using Gateway.Service.Health;
using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;
using Gateway.Service.Spooling;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Service.Backups;

/// <summary>What a set was worth when it was restored for a try.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="LedgerLines">How many lines its ledger has.</param>
/// <param name="Studies">How many studies its index has.</param>
/// <param name="Instances">How many instances its index has.</param>
/// <param name="Lacking">How many instances the ledger has and the index has not: those whose objects are damaged or gone, of which the service tells.</param>
/// <param name="HasGaps">Whether the ledger lacks lines. So does that of the machine, which goes on with it (GW8007): a copy of the rest is worth more than none.</param>
internal sealed record RestoreProof(DateTimeOffset At, long LedgerLines, long Studies, long Instances, long Lacking, bool HasGaps = false)
{
    /// <summary>Restores a set into a scratch folder: its ledger is opened as the service opens it, and its index is held against the ledger, instance by instance.</summary>
    /// <param name="set">The set's files.</param>
    /// <param name="scratch">An empty folder; what is made in it is left there.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="InvalidDataException">It could not be restored as it is.</exception>
    public static async Task<RestoreProof> OfAsync(string set, string scratch, TimeProvider time, CancellationToken cancellation)
    {
        BackupSet.CopyLedger(set, scratch);
        var file = Path.Combine(set, BackupSet.Index);
        if (!File.Exists(file))
        {
            var (lines, isDamaged) = LastOf(scratch, long.MaxValue, new RecordedNames(), time);
            return new RestoreProof(time.GetUtcNow(), lines, 0, 0, 0, isDamaged);
        }

        File.Copy(file, Path.Combine(scratch, BackupSet.Index));
        await using var index = await new Dialect.Sqlite(Path.Combine(scratch, BackupSet.Index)).OpenAsync(cancellation);
        if (await index.ExecuteScalarAsync<string>("PRAGMA integrity_check") is not "ok")
            throw new InvalidDataException("the index is damaged");
        var known = await index.ExecuteScalarAsync<long>("SELECT line FROM progress");
        var recorded = new RecordedNames();
        var (last, hasGaps) = LastOf(scratch, known, recorded, time);
        var due = recorded.Take().Names.Select(name => name.ToString()).ToHashSet();
        var found = (await index.QueryAsync<string>("SELECT name FROM instance")).ToHashSet();
        if (known > last)
            throw new InvalidDataException($"the index is of line {known}, and the ledger ends with line {last}");
        if (!hasGaps && found.Except(due).Count() is > 0 and var strange)
            throw new InvalidDataException($"the index has {strange} instances that the ledger does not have");
        return new RestoreProof(time.GetUtcNow(), last, await index.ExecuteScalarAsync<long>("SELECT count(*) FROM study"), found.Count, due.Except(found).Count(), hasGaps);
    }

    // Opened as the service does.
    private static (long Last, bool HasGaps) LastOf(string folder, long upTo, RecordedNames recorded, TimeProvider time)
    {
        var condition = new ServiceCondition();
        using var ledger = Ledger.Open(
            folder,
            line =>
            {
                if (line.Number <= upTo)
                    recorded.Apply(line);
            },
            condition,
            time,
            NullLogger.Instance);
        return (ledger.Last?.Number ?? 0, condition.IsLedgerDamaged);
    }
}
