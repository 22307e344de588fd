namespace Gateway.Service.Routing;

/// <summary>
/// The tables of ids that targets name. A file is read again when it has changed, and whole: one that is still being written waits a moment, and one that is
/// wrong leaves the last good one in force.
/// </summary>
internal sealed partial class IdTables
{
    private const int LongestPatientId = 64; // LO
    private const int LongestAccessionNumber = 16; // SH

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    private readonly Lock turn = new();
    private readonly Dictionary<string, Kept> tables = [];
    private readonly TimeProvider time;
    private readonly ILogger<IdTables> log;

    public IdTables(IEnumerable<DicomTarget> targets, TimeProvider time, ILogger<IdTables> log)
    {
        (this.time, this.log) = (time, log);
        foreach (var (id, rule) in targets.Where(target => target.Ids is not null).Select(target => (target.Id, target.Ids!)))
        {
            if (rule.PatientIdTable is { } patients)
                tables.TryAdd(patients, new Kept(id, LongestPatientId));
            if (rule.AccessionTable is { } accessions)
                tables.TryAdd(accessions, new Kept(id, LongestAccessionNumber));
        }
    }

    /// <summary>The tables that are wrong now: the target that names each, its file's name, and what is wrong with it first.</summary>
    public IReadOnlyList<(string Target, string File, IdTableProblem First)> Wrong()
    {
        lock (turn)
        {
            foreach (var (path, kept) in tables)
                Refresh(path, kept);
            return [.. tables.Where(table => table.Value.Problems.Count > 0).Select(table => (table.Value.Target, Path.GetFileName(table.Key), table.Value.Problems[0]))];
        }
    }

    /// <summary>A table as it is now.</summary>
    /// <param name="path">Its file.</param>
    /// <exception cref="IdTableException">It is wrong, and was never right since the service started.</exception>
    public IdTable Of(string path)
    {
        lock (turn)
        {
            var kept = tables[path];
            Refresh(path, kept);
            return kept.Table ?? throw new IdTableException(Path.GetFileName(path), kept.Problems[0]);
        }
    }

    private void Refresh(string path, Kept kept)
    {
        var file = new FileInfo(path);
        var state = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        if (kept.State == state && kept.WasRead)
            return;
        if (kept.Table is not null && file.Exists && (time.GetUtcNow() - file.LastWriteTimeUtc).Duration() < Settling)
            return;
        (kept.State, kept.WasRead) = (state, true);
        var (table, problems) = Read(path);
        kept.Table = table ?? kept.Table;
        foreach (var problem in problems.Except(kept.Problems).Take(Kept.MostTold))
            LogProblem(kept.Target, file.Name, problem);
        kept.Problems = problems;
        if (table is not null)
            LogRead(kept.Target, file.Name, table.Ids.Count);

        (IdTable?, IReadOnlyList<IdTableProblem>) Read(string from)
        {
            try
            {
                return IdTable.Parse(File.ReadAllBytes(from), kept.Longest);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                kept.WasRead = false; // it may be locked for a moment only
                return (null, [new IdTableProblem(0, $"the file cannot be read ({failure.GetType().Name})")]);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "GW8014 {Target}: the table of ids {File} is wrong: {Problem}")]
    private partial void LogProblem(string target, string file, IdTableProblem problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Target}: the table of ids {File} was read: {Count} ids")]
    private partial void LogRead(string target, string file, int count);

    private sealed class Kept(string target, int longest)
    {
        public const int MostTold = 20;

        public string Target => target;

        public int Longest => longest;

        public IdTable? Table { get; set; }

        public IReadOnlyList<IdTableProblem> Problems { get; set; } = [];

        public (DateTime, long) State { get; set; }

        public bool WasRead { get; set; }
    }
}

/// <summary>A table of ids cannot be used, and none that is older can.</summary>
/// <param name="file">The name of its file.</param>
/// <param name="problem">What is wrong with it.</param>
internal sealed class IdTableException(string file, IdTableProblem problem) : Exception($"GW8014 the table of ids {file} cannot be used: {problem}");
