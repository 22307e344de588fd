using System.Data;
using System.Data.Common;
using Dapper;
using Gateway.Service.Indexing;

namespace Gateway.Service.Backups;

/// <summary>A consistent copy of the index while the service goes on writing it: every table as of one moment, row by row, into a file of SQLite's.</summary>
internal static class IndexCopy
{
    private static readonly string[] Tables = [.. Migrations.Tables.Where(table => table != "migration")];

    /// <summary>Takes it.</summary>
    /// <param name="from">The database.</param>
    /// <param name="file">The file that becomes the copy.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="DbException">The database cannot be reached, or is damaged.</exception>
    /// <exception cref="IOException">The copy is damaged.</exception>
    public static async Task TakeAsync(Dialect from, string file, TimeProvider time, CancellationToken cancellation)
    {
        await using var source = await from.OpenAsync(cancellation);
        await Migrations.RunAsync(source, from, time, cancellation); // a service that never started has no tables yet
        var copy = new Dialect.Sqlite(file);
        await using (var target = await copy.OpenAsync(cancellation))
        {
            await Migrations.RunAsync(target, copy, time, cancellation);
            await using var moment = await source.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation); // InnoDB's snapshot, and SQLite's
            await using var writing = await target.BeginTransactionAsync(cancellation);
            foreach (var table in Tables)
                await CopyAsync(table, source, moment, target, writing, cancellation);
            await writing.CommitAsync(cancellation);
            if (await target.ExecuteScalarAsync<string>("PRAGMA integrity_check") is not "ok")
                throw new IOException("the copy of the index is damaged");
            await target.ExecuteAsync("PRAGMA journal_mode = DELETE"); // one file
        }
    }

    private static async Task CopyAsync(string table, DbConnection source, DbTransaction moment, DbConnection target, DbTransaction writing, CancellationToken cancellation)
    {
        await target.ExecuteAsync(new CommandDefinition($"DELETE FROM {table}", transaction: writing, cancellationToken: cancellation));
        await using var rows = await source.ExecuteReaderAsync(new CommandDefinition($"SELECT * FROM {table}", transaction: moment, cancellationToken: cancellation));
        string[] columns = [.. Enumerable.Range(0, rows.FieldCount).Select(rows.GetName)];
        var insert = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(column => "@" + column))})";
        while (await rows.ReadAsync(cancellation))
        {
            var row = new DynamicParameters();
            for (var column = 0; column < columns.Length; column++)
                row.Add(columns[column], rows.GetValue(column));
            await target.ExecuteAsync(new CommandDefinition(insert, row, writing, cancellationToken: cancellation));
        }
    }
}
