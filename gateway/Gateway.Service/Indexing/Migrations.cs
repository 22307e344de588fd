using System.Data.Common;
using Dapper;

namespace Gateway.Service.Indexing;

/// <summary>
/// The schema of the index, as the steps that lead to it. A step that was released is never changed; a new one is added. Times are
/// milliseconds since 1970, UTC: both databases compare them alike.
/// </summary>
internal static class Migrations
{
    /// <summary>The tables, in an order in which they can be dropped.</summary>
    public static IReadOnlyList<string> Tables { get; } = ["delivery_instance", "delivery", "instance", "study", "progress", "migration"];

    /// <summary>Brings a database to the newest schema.</summary>
    public static async Task RunAsync(DbConnection connection, Dialect dialect, TimeProvider time, CancellationToken cancellation)
    {
        await connection.ExecuteAsync($"CREATE TABLE IF NOT EXISTS migration (version BIGINT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL) {dialect.TableEnd}");
        var applied = await connection.ExecuteScalarAsync<int>("SELECT coalesce(max(version), 0) FROM migration");
        foreach (var (index, step) in Steps(dialect).Index().Skip(applied))
        {
            // Statements that make tables end a transaction in MariaDB: each may have been done before.
            foreach (var statement in step)
                await connection.ExecuteAsync(new CommandDefinition(statement, cancellationToken: cancellation));
            await connection.ExecuteAsync("INSERT INTO migration VALUES (@Version, @At)", new { Version = index + 1, At = time.GetUtcNow().ToUnixTimeMilliseconds() });
        }
    }

    private static IEnumerable<IReadOnlyList<string>> Steps(Dialect dialect) =>
    [
        [
            "DROP TABLE IF EXISTS instance", // the ledger of version 0.1, which could say no more than the spool
            $"""
            CREATE TABLE IF NOT EXISTS study (
                study_uid     {dialect.Key}  NOT NULL PRIMARY KEY,
                patient_id    {dialect.Text} NOT NULL,
                patient_name  {dialect.Text} NOT NULL,
                name_key      {dialect.Text} NOT NULL,
                accession     {dialect.Text} NOT NULL,
                description   {dialect.Text} NOT NULL,
                modalities    {dialect.Text} NOT NULL,
                study_date    {dialect.Key}  NOT NULL,
                study_time    {dialect.Key}  NOT NULL,
                instances     BIGINT         NOT NULL,
                bytes         BIGINT         NOT NULL,
                first_at      BIGINT         NOT NULL,
                last_at       BIGINT         NOT NULL
            ) {dialect.TableEnd}
            """,
            "CREATE INDEX IF NOT EXISTS study_newest ON study (last_at)",
            "CREATE INDEX IF NOT EXISTS study_by_patient ON study (patient_id)",
            "CREATE INDEX IF NOT EXISTS study_by_name ON study (name_key)",
            $"""
            CREATE TABLE IF NOT EXISTS instance (
                name          {dialect.Key}  NOT NULL PRIMARY KEY,
                study_uid     {dialect.Key}  NOT NULL,
                series_uid    {dialect.Key}  NOT NULL,
                sop_uid       {dialect.Key}  NOT NULL,
                sop_class     {dialect.Key}  NOT NULL,
                syntax        {dialect.Key}  NOT NULL,
                modality      {dialect.Key}  NOT NULL,
                bytes         BIGINT         NOT NULL,
                calling       {dialect.Key}  NOT NULL,
                called        {dialect.Key}  NOT NULL,
                received_at   BIGINT         NOT NULL,
                state         {dialect.Key}  NOT NULL
            ) {dialect.TableEnd}
            """,
            "CREATE INDEX IF NOT EXISTS instance_by_study ON instance (study_uid, received_at)",
            "CREATE INDEX IF NOT EXISTS instance_by_sop ON instance (sop_uid)",
            $"""
            CREATE TABLE IF NOT EXISTS delivery (
                id            BIGINT         NOT NULL PRIMARY KEY,
                study_uid     {dialect.Key}  NOT NULL,
                target        {dialect.Key}  NOT NULL,
                priority      {dialect.Key}  NOT NULL,
                kind          {dialect.Key}  NOT NULL,
                state         {dialect.Key}  NOT NULL,
                attempts      BIGINT         NOT NULL,
                reason        {dialect.Text} NOT NULL,
                queued_at     BIGINT         NOT NULL,
                changed_at    BIGINT         NOT NULL
            ) {dialect.TableEnd}
            """,
            "CREATE INDEX IF NOT EXISTS delivery_by_study ON delivery (study_uid)",
            "CREATE INDEX IF NOT EXISTS delivery_by_state ON delivery (state, changed_at)",
            $"""
            CREATE TABLE IF NOT EXISTS delivery_instance (
                delivery      BIGINT         NOT NULL,
                name          {dialect.Key}  NOT NULL,
                state         {dialect.Key}  NOT NULL,
                proof         {dialect.Text} NOT NULL,
                changed_at    BIGINT         NOT NULL,
                PRIMARY KEY (delivery, name)
            ) {dialect.TableEnd}
            """,
            $"CREATE TABLE IF NOT EXISTS progress (id BIGINT NOT NULL PRIMARY KEY, line BIGINT NOT NULL) {dialect.TableEnd}",
            $"{dialect.InsertUnlessThere} progress VALUES (1, 0)",
        ],
        [
            // Names are found by each component group: the index is made anew from the ledger.
            "DELETE FROM delivery_instance",
            "DELETE FROM delivery",
            "DELETE FROM instance",
            "UPDATE progress SET line = 0",
            "DROP TABLE IF EXISTS study",
            $"""
            CREATE TABLE IF NOT EXISTS study (
                study_uid        {dialect.Key}  NOT NULL PRIMARY KEY,
                patient_id       {dialect.Text} NOT NULL,
                patient_name     {dialect.Text} NOT NULL,
                name_alphabetic  {dialect.Text} NOT NULL,
                name_ideographic {dialect.Text} NOT NULL,
                name_phonetic    {dialect.Text} NOT NULL,
                accession        {dialect.Text} NOT NULL,
                description      {dialect.Text} NOT NULL,
                modalities       {dialect.Text} NOT NULL,
                study_date       {dialect.Key}  NOT NULL,
                study_time       {dialect.Key}  NOT NULL,
                instances        BIGINT         NOT NULL,
                bytes            BIGINT         NOT NULL,
                first_at         BIGINT         NOT NULL,
                last_at          BIGINT         NOT NULL
            ) {dialect.TableEnd}
            """,
            "CREATE INDEX IF NOT EXISTS study_newest ON study (last_at)",
            "CREATE INDEX IF NOT EXISTS study_by_patient ON study (patient_id)",
            "CREATE INDEX IF NOT EXISTS study_by_alphabetic_name ON study (name_alphabetic)",
            "CREATE INDEX IF NOT EXISTS study_by_ideographic_name ON study (name_ideographic)",
            "CREATE INDEX IF NOT EXISTS study_by_phonetic_name ON study (name_phonetic)",
        ],
    ];
}
