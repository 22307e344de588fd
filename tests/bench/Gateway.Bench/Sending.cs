using System.Diagnostics;
using System.Globalization;
using System.Net;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Storage;
using Gateway.Dicom.UpperLayer;
using Gateway.Wine.Tests;

namespace Gateway.Bench;

/// <summary>A study of 500 CT images to DCMTK's storescp: by our storage user, in this process, and by storescu, in turn, in the same run.</summary>
internal static class Sending
{
    private const int Images = 500;
    private const int Runs = 7;

    public static async Task<int> MeasureAsync(CancellationToken cancel)
    {
        var root = Directory.CreateDirectory(Path.Combine(Tools.Root, "artifacts", "bench-send")).FullName;
        try
        {
            using var storescp = await Receiver.StorescpAsync(root);
            var folder = Path.Combine(root, "study");
            var (ours, theirs) = (new List<double>(), new List<double>());
            for (var run = 0; run <= Runs; run++)
            {
                CtStudy.Write([folder], Images);
                await Tools.MustAsync("sync", [], cancel);
                var clock = Stopwatch.StartNew();
                await OursAsync(storescp, folder, cancel);
                var mine = clock.Elapsed.TotalSeconds;
                CtStudy.Write([folder], Images);
                await Tools.MustAsync("sync", [], cancel);
                clock.Restart();
                await Receiving.StoreAsync(storescp, folder, cancel);
                if (run == 0)
                    continue; // warms up
                ours.Add(Images / mine);
                theirs.Add(Images / clock.Elapsed.TotalSeconds);
            }

            var (we, they) = (Median(ours), Median(theirs));
            Console.WriteLine($"| {Images} CT images of 525 kB to storescp, median of {Runs} | gateway's user | storescu | of storescu |");
            Console.WriteLine("|---|---|---|---|");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| images a second | {we:0} | {they:0} | {we / they:0.00} |"));
            return 0;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task OursAsync(Receiver receiver, string folder, CancellationToken cancel)
    {
        var files = Directory.GetFiles(folder).Order(StringComparer.Ordinal).ToList();
        await using var first = File.OpenRead(files[0]);
        var options = new RequestorOptions(new IPEndPoint(IPAddress.Loopback, receiver.Port), AeTitle.Parse("BENCH"), AeTitle.Parse(receiver.AeTitle));
        await using var client = await StorageClient.ConnectAsync(options, StorageProposal.For([Part10Header.Read(first).Meta]), cancel);
        foreach (var file in files)
        {
            var status = await client.StoreAsync(file, null, cancel);
            if (!status.IsSuccess)
                throw new InvalidOperationException($"{file}: {status}");
        }

        await client.ReleaseAsync(cancel);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
