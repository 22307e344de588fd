using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Gateway.Service.Ledgers;

/// <summary>
/// The index of the spool, in SQLite with a write-ahead log that is flushed at each commit. What it says is proved by the spool: a lost
/// ledger is rebuilt, a damaged one is laid aside and rebuilt.
/// </summary>
internal sealed class Ledger : IDisposable
{
    private const int NotADatabase = 26;
    private const int Corrupt = 11;

    private readonly SqliteConnection connection;
    private readonly Lock turn = new(); // one connection, one writer: SQLite has no more

    private Ledger(SqliteConnection connection) => this.connection = connection;

    /// <summary>Opens the ledger, making or migrating it where needed.</summary>
    /// <param name="file">The database file; its folder must exist.</param>
    /// <param name="time">The clock.</param>
    /// <param name="laidAside">Where a damaged ledger was moved to; null where it was sound.</param>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public static Ledger Open(string file, TimeProvider time, out string? laidAside)
    {
        laidAside = null;
        try
        {
            return Open(file, time);
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is NotADatabase or Corrupt)
        {
            laidAside = string.Create(CultureInfo.InvariantCulture, $"{file}.damaged-{time.GetUtcNow():yyyyMMddHHmmss}");
            File.Move(file, laidAside, overwrite: true);
            File.Delete(file + "-wal");
            File.Delete(file + "-shm");
            return Open(file, time);
        }
    }

    /// <summary>Adds an object in the state <c>received</c>; one that is there already stays as it is.</summary>
    /// <returns>Whether the ledger knows another version of the same instance.</returns>
    /// <exception cref="SqliteException">The ledger cannot be written.</exception>
    public bool Add(LedgerRow row)
    {
        lock (turn)
        {
            using var transaction = connection.BeginTransaction();
            connection.Execute(
                """
                INSERT INTO instance (name, instance_hash, sop_class_uid, sop_instance_uid, study_instance_uid, series_instance_uid,
                    transfer_syntax_uid, data_set_sha256, data_set_bytes, calling_ae_title, received_at, state)
                VALUES (@Name, @InstanceHash, @SopClassUid, @SopInstanceUid, @StudyInstanceUid, @SeriesInstanceUid,
                    @TransferSyntaxUid, @DataSetSha256, @DataSetBytes, @CallingAeTitle, @ReceivedAt, 'received')
                ON CONFLICT (name) DO NOTHING
                """,
                row,
                transaction);
            var isFurtherVersion = connection.ExecuteScalar<bool>(
                "SELECT EXISTS (SELECT 1 FROM instance WHERE instance_hash = @InstanceHash AND name <> @Name)", row, transaction);
            transaction.Commit();
            return isFurtherVersion;
        }
    }

    /// <summary>The names that the ledger has for a subfolder of the spool.</summary>
    public HashSet<string> Names(string subfolder)
    {
        lock (turn)
        {
            return [.. connection.Query<string>(
                "SELECT name FROM instance WHERE name >= @From AND name < @To",
                new { From = $"{subfolder}/", To = $"{subfolder}0" })]; // 0 comes after /
        }
    }

    public void Dispose() => connection.Dispose();

    private static Ledger Open(string file, TimeProvider time)
    {
        var source = new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 5 };
        var connection = new SqliteConnection(source.ToString());
        try
        {
            connection.Open();
            connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            Migrate(connection, time);
            return new Ledger(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Migrate(SqliteConnection connection, TimeProvider time)
    {
        connection.Execute("CREATE TABLE IF NOT EXISTS migration (version INTEGER NOT NULL PRIMARY KEY, applied_at TEXT NOT NULL)");
        var applied = connection.ExecuteScalar<int>("SELECT coalesce(max(version), 0) FROM migration");
        foreach (var (index, step) in Migrations.Steps.Index().Skip(applied))
        {
            using var transaction = connection.BeginTransaction();
            connection.Execute(step, transaction: transaction);
            connection.Execute("INSERT INTO migration VALUES (@Version, @AppliedAt)",
                new { Version = index + 1, AppliedAt = time.GetUtcNow() }, transaction);
            transaction.Commit();
        }
    }
}
