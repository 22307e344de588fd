using System.Diagnostics;
using System.Globalization;
using Gateway.Wine.Tests;

namespace Gateway.Bench;

/// <summary>
/// How long an emergency study of 300 CT images takes from its first C-STORE until all of it is at the PACS (storescp), on an empty queue and behind a backlog that the PACS is just being sent.
/// </summary>
internal static class Emergency
{
    private const int Images = 300;
    private const int BacklogStudy = 500;
    private const double ImageBytes = 525_000;
    private const int Runs = 3;

    /// <summary>Measures and prints.</summary>
    /// <param name="gigabytes">The backlog, in 10⁹ bytes.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task<int> MeasureAsync(int gigabytes, CancellationToken cancel)
    {
        var root = Directory.CreateDirectory(Path.Combine(Tools.Root, "artifacts", "bench-emergency")).FullName;
        try
        {
            var port = Receiver.FreePort();
            using var gateway = await Receiver.GatewayAsync(root, text => Configure(text, port));
            var folder = Path.Combine(root, "study");
            var (empty, behind) = (new List<double>(), new List<double>());
            for (var run = 0; run <= Runs; run++)
            {
                using var pacs = await Receiver.StorescpAsync(root, port);
                var seconds = await EmergencyAsync(gateway, pacs, folder, cancel);
                if (run > 0)
                    empty.Add(seconds);
            }

            // The PACS is away while the backlog grows.
            var studies = (int)Math.Ceiling(gigabytes * 1e9 / ImageBytes / BacklogStudy);
            for (var study = 0; study < studies; study++)
            {
                CtStudy.Write([folder], BacklogStudy);
                await Receiving.StoreAsync(gateway, folder, cancel);
            }

            using (var pacs = await Receiver.StorescpAsync(root, port))
            {
                for (var run = 0; run < Runs; run++)
                    behind.Add(await EmergencyAsync(gateway, pacs, folder, cancel));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"images of the backlog that were at the PACS by then: {Directory.GetFiles(pacs.Folder).Length} of {studies * BacklogStudy}"));
            }

            var (alone, late) = (Median(empty), Median(behind));
            Console.WriteLine($"| emergency study of {Images} CT images, median of {Runs}, s | on an empty queue | behind {gigabytes} GB | ratio |");
            Console.WriteLine("|---|---|---|---|");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| until all of it is at the PACS | {alone:0.00} | {late:0.00} | {late / alone:0.00} |"));
            return 0;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<double> EmergencyAsync(Receiver gateway, Receiver pacs, string folder, CancellationToken cancel)
    {
        var study = CtStudy.Write([folder], Images).Study;
        await Tools.MustAsync("sync", [], cancel);
        var clock = Stopwatch.StartNew();
        await Receiving.StoreAsync(gateway, folder, cancel, "EMERGENCY");
        while (Directory.EnumerateFiles(pacs.Folder, $"*{CtStudy.InstanceRootOf(study)}.*").Count() < Images)
            await Task.Delay(5, cancel);
        var seconds = clock.Elapsed.TotalSeconds;
        foreach (var file in Directory.GetFiles(pacs.Folder, $"*{CtStudy.InstanceRootOf(study)}.*"))
            File.Delete(file);
        return seconds;
    }

    private static string Configure(string text, int port) => text
        .Replace("\"dicom\": [], \"partners\": []", $$"""
            "dicom": [ { "id": "pacs", "aeTitle": "STORESCP", "host": "127.0.0.1", "port": {{port}}, "patientIdPrefix": "", "patientIdIssuer": "", "accessionPrefix": "", "accessionIssuer": "", "storageCommitment": false, "commitmentMinutes": 60, "tls": { "certificateFile": "", "keyFile": "", "keyPasswordFile": "", "certificateSubject": "", "authorityFile": "", "checkPeer": true }, "userName": "", "passcodeFile": "", "maximumOperations": 1, "patientIdTable": "", "accessionTable": "", "unmapped": "deadLetter" } ], "partners": []
            """, StringComparison.Ordinal)
        .Replace("\"routes\": []", """
            "routes": [ { "id": "all", "calledAeTitle": "", "callingAeTitle": "", "modality": "", "description": "", "bodyPart": "", "from": "", "until": "", "to": ["pacs"], "priority": "normal" } ]
            """, StringComparison.Ordinal)
        .Replace("\"seriesSeconds\": 60, \"studySeconds\": 120", "\"seriesSeconds\": 0, \"studySeconds\": 1", StringComparison.Ordinal)
        .Replace("\"firstSeconds\": 10, \"longestSeconds\": 600", "\"firstSeconds\": 1, \"longestSeconds\": 2", StringComparison.Ordinal);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
