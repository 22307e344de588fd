using System.Diagnostics;
using System.Globalization;
using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;

namespace Gateway.Bench;

/// <summary>What a person at the study list waits for: the newest page, the studies of a patient, those of a name that begins so, among 100,000 studies, on both databases.</summary>
internal static class StudyListing
{
    private const int Studies = 100_000;
    private const int Page = 50;
    private const int Rounds = 101;

    private static readonly string[] Names = ["Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker", "Schulz", "Hoffmann"];

    public static async Task<int> MeasureAsync(CancellationToken cancel)
    {
        var file = Path.Combine(Path.GetTempPath(), $"gateway-bench-{Guid.NewGuid():N}.db");
        await using var server = await PrivateMariaDb.StartAsync(cancel);
        try
        {
            Console.WriteLine($"| {Studies} studies, median of {Rounds - 1}, ms | SQLite | MariaDB |");
            Console.WriteLine("|---|---|---|");
            List<IReadOnlyList<double>> columns = [];
            foreach (var dialect in (Dialect[])[new Dialect.Sqlite(file), server.Dialect])
            {
                await FillAsync(dialect, cancel);
                columns.Add(await AskAsync(dialect, cancel));
            }

            foreach (var (index, what) in new[] { "newest page", "by patient id", "by the beginning of the name" }.Index())
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {columns[0][index]:0.0} | {columns[1][index]:0.0} |"));
            return 0;
        }
        finally
        {
            foreach (var one in (string[])[file, file + "-wal", file + "-shm"])
                File.Delete(one);
        }
    }

    private static async Task FillAsync(Dialect dialect, CancellationToken cancel)
    {
        await using var connection = await dialect.OpenAsync(cancel);
        await Migrations.RunAsync(connection, dialect, TimeProvider.System, cancel);
        var writer = new IndexWriter(dialect, HeaderOf);
        var began = DateTimeOffset.UtcNow.AddDays(-30);
        foreach (var chunk in Enumerable.Range(1, Studies).Chunk(1000))
        {
            await writer.ApplyAsync(
                connection,
                [.. chunk.Select(number => new LedgerLine(number, began.AddSeconds(20 * number), new LedgerEvent.Received(Name(number), $"1.2.3.{number}", $"1.2.4.{number}", "PACS", "DICOMMAIL", 525_000, [])))],
                cancel);
        }
    }

    private static async Task<IReadOnlyList<double>> AskAsync(Dialect dialect, CancellationToken cancel)
    {
        var list = new StudyList(dialect);
        return
        [
            await MedianAsync(_ => list.NewestAsync(Page, null, cancel)),
            await MedianAsync(round => list.OfPatientAsync($"PID-{round * 397 % 40_000}", Page, cancel)),
            await MedianAsync(round => list.ByNameAsync($"{Names[round % Names.Length]}^A{round % 10}", Page, cancel)),
        ];
    }

    private static async Task<double> MedianAsync(Func<int, Task<IReadOnlyList<StudyEntry>>> ask)
    {
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            var found = await ask(round + 1);
            times.Add(clock.Elapsed.TotalMilliseconds);
            if (found.Count == 0)
                throw new InvalidOperationException("nothing was found: nothing was measured");
        }

        return times.Skip(1).Order().ElementAt((Rounds - 1) / 2);
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"{number % 256:x2}/{number:x32}-{number:x16}.dicom");

    private static InstanceHeader? HeaderOf(string name)
    {
        var number = int.Parse(name.Split('/', '-')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return new InstanceHeader($"1.2.5.{number}", "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.1.2.1", new ImageAttributes
        {
            Study = $"1.2.3.{number}", Series = $"1.2.4.{number}", StudyDate = "20261129", StudyTime = "101010", Accession = $"A{number}", Modality = number % 3 == 0 ? "MR" : "CT",
            StudyDescription = "Head", PatientName = $"{Names[number % Names.Length]}^A{number % 97}", PatientId = $"PID-{number % 40_000}",
        });
    }
}
