using Dapper;

namespace Gateway.Service.Indexing;

/// <summary>Looks studies up, newest first.</summary>
/// <param name="dialect">The database.</param>
internal sealed class StudyList(Dialect dialect)
{
    private const string Columns =
        """
        study_uid AS StudyUid, patient_id AS PatientId, patient_name AS PatientName, accession AS Accession, description AS Description, modalities AS Modalities,
        study_date AS StudyDate, instances AS Instances, bytes AS Bytes, last_at AS LastAt
        """;

    // The last code point, which is no character: names of rarer kanji lie behind U+FFFF.
    private const string AfterEveryCharacter = "\U0010FFFF";

    /// <summary>The newest studies.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="after">The last study of the page before; null for the first page.</param>
    /// <param name="cancellation">Ends the look-up.</param>
    public Task<IReadOnlyList<StudyEntry>> NewestAsync(int most, StudyEntry? after, CancellationToken cancellation) => after is null
        ? QueryAsync("1 = 1", new { Most = most }, cancellation)
        : QueryAsync("last_at <= @LastAt AND (last_at < @LastAt OR study_uid < @StudyUid)", new { after.LastAt, after.StudyUid, Most = most }, cancellation);

    /// <summary>The studies of a patient.</summary>
    /// <param name="patientId">The whole patient id.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellation">Ends the look-up.</param>
    public Task<IReadOnlyList<StudyEntry>> OfPatientAsync(string patientId, int most, CancellationToken cancellation) =>
        QueryAsync("patient_id = @PatientId", new { PatientId = ColumnWidth.Text(patientId), Most = most }, cancellation);

    /// <summary>The studies of patients whose name begins so, whatever its case, in any of its component groups (PS3.5 section 6.2.1).</summary>
    /// <param name="prefix">How the name begins.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellation">Ends the look-up.</param>
    public Task<IReadOnlyList<StudyEntry>> ByNameAsync(string prefix, int most, CancellationToken cancellation)
    {
        var key = NameKeys.Of(prefix).Alphabetic;
        return QueryAsync(
            string.Join(" OR ", NameKeys.Columns.Select(column => $"({column} >= @From AND {column} < @To)")),
            new { From = key, To = key + AfterEveryCharacter, Most = most }, cancellation);
    }

    private async Task<IReadOnlyList<StudyEntry>> QueryAsync(string where, object values, CancellationToken cancellation)
    {
        await using var connection = await dialect.OpenAsync(cancellation);
        return [.. await connection.QueryAsync<StudyEntry>(new CommandDefinition($"SELECT {Columns} FROM study WHERE {where} ORDER BY last_at DESC, study_uid DESC LIMIT @Most", values, cancellationToken: cancellation))];
    }
}

/// <summary>A study of the list.</summary>
internal sealed record StudyEntry
{
    /// <summary>Study Instance UID (0020,000D).</summary>
    public required string StudyUid { get; init; }

    /// <summary>Patient ID (0010,0020).</summary>
    public required string PatientId { get; init; }

    /// <summary>Patient's Name (0010,0010).</summary>
    public required string PatientName { get; init; }

    /// <summary>Accession Number (0008,0050).</summary>
    public required string Accession { get; init; }

    /// <summary>Study Description (0008,1030).</summary>
    public required string Description { get; init; }

    /// <summary>The modalities of its series, joined by backslashes.</summary>
    public required string Modalities { get; init; }

    /// <summary>Study Date (0008,0020).</summary>
    public required string StudyDate { get; init; }

    /// <summary>How many instances were received.</summary>
    public required long Instances { get; init; }

    /// <summary>Their bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>When the last one was received, in milliseconds since 1970, UTC.</summary>
    public required long LastAt { get; init; }
}
