using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using MySqlConnector;

namespace Gateway.Service.Indexing;

/// <summary>
/// Everything in which the two databases differ: how one is opened, how columns are typed, and how an error tells that the file itself is
/// damaged. All other SQL is the same for both.
/// </summary>
internal abstract class Dialect
{
    /// <summary>The type of a UID, a hash, a name in the spool: ASCII, compared byte by byte.</summary>
    public abstract string Key { get; }

    /// <summary>The type of text that people wrote.</summary>
    public abstract string Text { get; }

    /// <summary>What stands behind a table's closing bracket.</summary>
    public abstract string TableEnd { get; }

    /// <summary>What a statement begins with that adds a row unless its key is there.</summary>
    public abstract string InsertUnlessThere { get; }

    /// <summary>Opens a connection.</summary>
    /// <exception cref="DbException">The database cannot be reached.</exception>
    public abstract Task<DbConnection> OpenAsync(CancellationToken cancellation);

    /// <summary>Whether a failure says that the database is damaged: it is an index, and is made anew then.</summary>
    public abstract bool IsDamage(DbException failure);

    /// <summary>Lays a damaged database aside.</summary>
    /// <param name="now">The time.</param>
    /// <returns>Where it is now, for the log.</returns>
    public abstract string LayAside(DateTimeOffset now);

    /// <summary>SQLite: the embedded default, one file.</summary>
    /// <param name="file">The file; its folder must exist.</param>
    internal sealed class Sqlite(string file) : Dialect
    {
        private const int NotADatabase = 26;
        private const int Corrupt = 11;

        public override string Key => "TEXT";

        public override string Text => "TEXT";

        public override string TableEnd => "WITHOUT ROWID";

        public override string InsertUnlessThere => "INSERT OR IGNORE INTO";

        public override async Task<DbConnection> OpenAsync(CancellationToken cancellation)
        {
            var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 5 }.ToString());
            try
            {
                await connection.OpenAsync(cancellation);
                // An index that loses its last second is made good from the ledger: no flush at each commit.
                await connection.ExecuteAsync("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
                return connection;
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
        }

        public override bool IsDamage(DbException failure) => failure is SqliteException { SqliteErrorCode: NotADatabase or Corrupt };

        public override string LayAside(DateTimeOffset now)
        {
            var aside = $"{file}.damaged-{now:yyyyMMddHHmmss}";
            File.Move(file, aside, overwrite: true);
            File.Delete(file + "-wal");
            File.Delete(file + "-shm");
            return aside;
        }
    }

    /// <summary>MariaDB: the appliance's own server.</summary>
    /// <param name="source">Where it is, and as whom it is asked.</param>
    internal sealed class MariaDb(MySqlConnectionStringBuilder source) : Dialect
    {
        private static readonly MySqlErrorCode[] Damage =
        [
            MySqlErrorCode.NotKeyFile, MySqlErrorCode.OldKeyFile, MySqlErrorCode.CrashedOnUsage, MySqlErrorCode.CrashedOnRepair, MySqlErrorCode.NoSuchTable,
            (MySqlErrorCode)1030, // ER_GET_ERRNO: the storage engine has no name for it, such as a tablespace that is gone
            (MySqlErrorCode)1712, // ER_INDEX_CORRUPT
            (MySqlErrorCode)1932, // ER_NO_SUCH_TABLE_IN_ENGINE
        ];

        public override string Key => $"VARCHAR({ColumnWidth.KeyLength}) CHARACTER SET ascii COLLATE ascii_bin";

        public override string Text => $"VARCHAR({ColumnWidth.TextLength}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

        public override string TableEnd => "ENGINE = InnoDB";

        public override string InsertUnlessThere => "INSERT IGNORE INTO";

        public override async Task<DbConnection> OpenAsync(CancellationToken cancellation)
        {
            var connection = new MySqlConnection(source.ConnectionString);
            try
            {
                await connection.OpenAsync(cancellation);
                return connection;
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
        }

        public override bool IsDamage(DbException failure) => failure is MySqlException error && Damage.Contains(error.ErrorCode);

        // Its tables are the server's to keep: they are dropped when the index is made anew.
        public override string LayAside(DateTimeOffset now) => "the server";
    }
}
