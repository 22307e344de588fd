using System.Data.Common;
using Dapper;
using Gateway.Service.Ledgers;

namespace Gateway.Service.Indexing;

/// <summary>
/// Takes lines of the ledger into the database, many in one transaction together with the number of the last one: so each counts once,
/// however often it is read. One writer, so that "change it, or add it where nothing changed" is all the merging that either database needs.
/// </summary>
/// <param name="dialect">The database.</param>
/// <param name="attributes">What stands in the header of an instance; null where it is gone.</param>
internal sealed class IndexWriter(Dialect dialect, Func<string, InstanceHeader?> attributes)
{
    /// <summary>The number of the last line that the database has.</summary>
    public static Task<long> ProgressAsync(DbConnection connection, DbTransaction? transaction = null) =>
        connection.ExecuteScalarAsync<long>("SELECT line FROM progress WHERE id = 1", transaction: transaction);

    /// <summary>Takes lines in.</summary>
    /// <exception cref="DbException">The database failed; it has none of them then.</exception>
    public async Task ApplyAsync(DbConnection connection, IReadOnlyList<LedgerLine> lines, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var has = await ProgressAsync(connection, transaction);
        foreach (var line in lines.Where(line => line.Number > has))
            await ApplyAsync(new Batch(connection, transaction), line);
        await connection.ExecuteAsync("UPDATE progress SET line = @Number WHERE id = 1 AND line < @Number", new { lines[^1].Number }, transaction);
        await transaction.CommitAsync(cancellation);
    }

    private async Task ApplyAsync(Batch batch, LedgerLine line)
    {
        var at = line.At.ToUnixTimeMilliseconds();
        switch (line.What)
        {
            case LedgerEvent.Received received:
                await ReceivedAsync(batch, received, at);
                break;
            case LedgerEvent.Queued queued:
                await batch.RunAsync(
                    $"{dialect.InsertUnlessThere} delivery VALUES (@Id, @Study, @Target, @Priority, @Kind, 'queued', 0, '', @At, @At)",
                    new { Id = line.Number, Study = ColumnWidth.Key(queued.Study), Target = ColumnWidth.Key(queued.Target), Priority = Word(queued.Priority), Kind = Word(queued.Kind), At = at });
                await batch.RunAsync(
                    $"{dialect.InsertUnlessThere} delivery_instance VALUES (@Id, @Name, 'queued', '', @At)",
                    queued.Names.Select(name => new { Id = line.Number, Name = name, At = at }));
                break;
            case LedgerEvent.Stored stored:
                await InstanceAsync(batch, stored.Delivery, stored.Name, stored.Awaits is null ? "stored" : "unproved", stored.Status, at);
                break;
            case LedgerEvent.Refused refused:
                await InstanceAsync(batch, refused.Delivery, refused.Name, "dead", $"{refused.Status} {refused.Reason}".Trim(), at);
                break;
            case LedgerEvent.Postponed postponed:
                await batch.RunAsync(
                    "UPDATE delivery SET state = 'postponed', attempts = @Attempt, reason = @Reason, changed_at = @At WHERE id = @Delivery",
                    new { postponed.Delivery, postponed.Attempt, Reason = ColumnWidth.Text(postponed.Reason), At = at });
                break;
            case LedgerEvent.Committed committed:
                foreach (var name in committed.Names)
                    await InstanceAsync(batch, committed.Delivery, name, "committed", committed.Transaction, at);
                foreach (var failed in committed.Failed)
                    await InstanceAsync(batch, committed.Delivery, failed.Name, "queued", $"not committed {failed.Reason}".Trim(), at);
                break;
            case LedgerEvent.Finished finished:
                await FinishedAsync(batch, finished, at);
                break;
            case LedgerEvent.Removed removed:
                await RemovedAsync(batch, removed.Name);
                break;
        }
    }

    private async Task ReceivedAsync(Batch batch, LedgerEvent.Received received, long at)
    {
        // A line without its object: it was removed since, and its removal follows.
        if (attributes(received.Name) is not { } header)
            return;
        var image = header.Image;
        var names = NameKeys.Of(image.PatientName);
        var (uid, modality) = (ColumnWidth.Key(received.Study), ColumnWidth.Key(image.Modality));
        var added = await batch.RunAsync(
            $"{dialect.InsertUnlessThere} instance VALUES (@Name, @Study, @Series, @Sop, @Class, @Syntax, @Modality, @Bytes, @Calling, @Called, @At, 'received')",
            new
            {
                received.Name, Study = uid, Series = ColumnWidth.Key(received.Series), Sop = ColumnWidth.Key(header.SopInstance), Class = ColumnWidth.Key(header.SopClass),
                Syntax = ColumnWidth.Key(header.Syntax), Modality = modality, received.Bytes, Calling = ColumnWidth.Key(received.Calling ?? ""),
                Called = ColumnWidth.Key(received.Called ?? ""), At = at,
            });
        if (added == 0)
            return;
        var study = new
        {
            Study = uid, PatientId = ColumnWidth.Text(image.PatientId), PatientName = ColumnWidth.Text(image.PatientName), names.Alphabetic, names.Ideographic, names.Phonetic,
            Accession = ColumnWidth.Text(image.Accession), Description = ColumnWidth.Text(image.StudyDescription), Modality = modality,
            Date = ColumnWidth.Key(image.StudyDate), Time = ColumnWidth.Key(image.StudyTime), received.Bytes, At = at,
        };
        var changed = await batch.RunAsync(
            """
            UPDATE study SET instances = instances + 1, bytes = bytes + @Bytes, last_at = @At, patient_id = @PatientId, patient_name = @PatientName, name_alphabetic = @Alphabetic,
                name_ideographic = @Ideographic, name_phonetic = @Phonetic, accession = @Accession, description = @Description WHERE study_uid = @Study
            """,
            study);
        if (changed == 0)
            await batch.RunAsync("INSERT INTO study VALUES (@Study, @PatientId, @PatientName, @Alphabetic, @Ideographic, @Phonetic, @Accession, @Description, @Modality, @Date, @Time, 1, @Bytes, @At, @At)", study);
        else if (modality.Length > 0)
            await AddModalityAsync(batch, uid, modality);
    }

    // Nothing of a patient outlives the images: an index that is made anew could not know it either.
    private static async Task RemovedAsync(Batch batch, string name)
    {
        var gone = new { Name = name };
        var changed = await batch.RunAsync(
            """
            UPDATE study SET instances = instances - 1, bytes = bytes - (SELECT bytes FROM instance WHERE name = @Name)
            WHERE study_uid = (SELECT study_uid FROM instance WHERE name = @Name)
            """,
            gone);
        if (changed == 0)
            return;
        await batch.RunAsync("DELETE FROM study WHERE instances <= 0 AND study_uid = (SELECT study_uid FROM instance WHERE name = @Name)", gone);
        await batch.RunAsync("DELETE FROM instance WHERE name = @Name", gone);
    }

    // A study of several modalities is rare: it is looked at only where the usual case does not hold.
    private static async Task AddModalityAsync(Batch batch, string study, string modality)
    {
        var known = await batch.Connection.ExecuteScalarAsync<string>("SELECT modalities FROM study WHERE study_uid = @Study", new { Study = study }, batch.Transaction) ?? "";
        if (!known.Split('\\').Contains(modality))
            await batch.RunAsync("UPDATE study SET modalities = @Modalities WHERE study_uid = @Study", new { Study = study, Modalities = ColumnWidth.Text(known.Length == 0 ? modality : $"{known}\\{modality}") });
    }

    private static async Task FinishedAsync(Batch batch, LedgerEvent.Finished finished, long at)
    {
        if (finished.GivenUp is { } reason)
        {
            await batch.RunAsync(
                "UPDATE delivery_instance SET state = 'dead', proof = @Reason, changed_at = @At WHERE delivery = @Delivery AND state IN ('queued', 'unproved')",
                new { finished.Delivery, Reason = ColumnWidth.Text(reason), At = at });
        }

        await batch.RunAsync(
            """
            UPDATE delivery SET changed_at = @At, reason = @Reason,
                state = CASE WHEN EXISTS (SELECT 1 FROM delivery_instance i WHERE i.delivery = @Delivery AND i.state = 'dead') THEN 'dead' ELSE 'stored' END
            WHERE id = @Delivery
            """,
            new { finished.Delivery, Reason = ColumnWidth.Text(finished.GivenUp ?? ""), At = at });
    }

    private static Task InstanceAsync(Batch batch, long delivery, string name, string state, string proof, long at) => batch.RunAsync(
        "UPDATE delivery_instance SET state = @State, proof = @Proof, changed_at = @At WHERE delivery = @Delivery AND name = @Name",
        new { Delivery = delivery, Name = name, State = state, Proof = ColumnWidth.Text(proof), At = at });

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private readonly record struct Batch(DbConnection Connection, DbTransaction Transaction)
    {
        public Task<int> RunAsync(string sql, object values) => Connection.ExecuteAsync(sql, values, Transaction);
    }
}
