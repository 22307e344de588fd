using System.Data.Common;
using Dapper;

namespace Gateway.Service.Indexing;

/// <summary>Empties the index, so that it is made anew from the first line of the ledger. Nothing else is lost with it: it holds nothing of its own.</summary>
internal sealed class IndexRebuild
{
    private int wanted;
    private TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Somebody wants it.</summary>
    public void Want()
    {
        Interlocked.Exchange(ref wanted, 1);
        told.TrySetResult();
    }

    /// <summary>Ends when somebody wants it.</summary>
    public Task WantedAsync() => told.Task;

    /// <summary>Whether somebody wanted it since this was asked last.</summary>
    public bool Take()
    {
        if (Interlocked.Exchange(ref wanted, 0) == 0)
            return false;
        told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return true;
    }

    /// <summary>Drops the tables and makes them again.</summary>
    public static async Task EmptyAsync(DbConnection connection, Dialect dialect, TimeProvider time, CancellationToken cancellation)
    {
        foreach (var table in Migrations.Tables)
            await connection.ExecuteAsync(new CommandDefinition($"DROP TABLE IF EXISTS {table}", cancellationToken: cancellation));
        await Migrations.RunAsync(connection, dialect, time, cancellation);
    }
}
