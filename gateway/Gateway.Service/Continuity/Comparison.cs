using System.Data.Common;
using Dapper;
using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;
using Gateway.Service.Spooling;

namespace Gateway.Service.Continuity;

/// <summary>Spool, ledger and index held against each other, for whoever reconciles.</summary>
/// <param name="InSpool">How many objects the spool has.</param>
/// <param name="InLedger">How many the ledger says are there.</param>
/// <param name="InIndex">How many the index has; null where the database is away.</param>
/// <param name="NotInSpool">How many the ledger has and the spool lacks: received images that are gone.</param>
/// <param name="NotInLedger">How many the spool has and the ledger lacks; the next start takes them in.</param>
internal sealed record Comparison(int InSpool, int InLedger, long? InIndex, int NotInSpool, int NotInLedger)
{
    private const int MostLines = 10_000;

    /// <summary>Compares.</summary>
    /// <exception cref="IOException">Spool or ledger cannot be read.</exception>
    public static async Task<Comparison> OfAsync(Spool spool, Ledger ledger, Dialect dialect, CancellationToken cancellation)
    {
        var recorded = new RecordedNames();
        var follower = ledger.File.FollowAfter(0);
        while (follower.Next(MostLines) is { Count: > 0 } lines)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var line in lines)
                recorded.Apply(line);
        }

        var names = recorded.Take().Names;
        var stored = Spool.Subfolders().SelectMany(spool.Names).ToHashSet();
        return new Comparison(stored.Count, names.Count, await InIndexAsync(dialect, cancellation), names.Count(name => !stored.Contains(name)), stored.Count(name => !names.Contains(name)));
    }

    private static async Task<long?> InIndexAsync(Dialect dialect, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await dialect.OpenAsync(cancellation);
            return await connection.ExecuteScalarAsync<long>(new CommandDefinition("SELECT count(*) FROM instance", cancellationToken: cancellation));
        }
        catch (DbException)
        {
            return null;
        }
    }
}
