using System.Diagnostics;
using System.Globalization;
using Gateway.Wine.Tests;

namespace Gateway.Bench;

/// <summary>
/// What a PACS that sends a CT study waits for: DCMTK's storescu sends 500 images on one association and on four, to the gateway, to storescp and to Orthanc in turn, in the same run; then one object of 2 GB to the gateway, for its memory. Writing the
/// study is outside the clock; the start of storescu is inside, for all alike.
/// </summary>
internal static class Receiving
{
    private const int Images = 500;
    private const int Runs = 5;
    private const int Frames = 4000;

    public static async Task<int> MeasureAsync(CancellationToken cancel)
    {
        var root = Directory.CreateDirectory(Path.Combine(Tools.Root, "artifacts", "bench")).FullName;
        try
        {
            using var gateway = await Receiver.GatewayAsync(root);
            using var storescp = await Receiver.StorescpAsync(root);
            using var orthanc = await Receiver.OrthancAsync(root);
            Console.WriteLine($"| {Images} CT images of 525 kB, median of {Runs} | gateway | storescp | Orthanc | of storescp | of Orthanc |");
            Console.WriteLine("|---|---|---|---|---|---|");
            foreach (var associations in (int[])[1, 4])
            {
                var results = new Dictionary<Receiver, List<Result>> { [gateway] = [], [storescp] = [], [orthanc] = [] };
                for (var run = 0; run <= Runs; run++)
                {
                    foreach (var (receiver, list) in results)
                    {
                        var result = await SendAsync(receiver, root, associations, cancel);
                        if (run > 0) // the first warms up
                            list.Add(result);
                    }
                }

                Print($"images a second, {associations} association(s)", result => Images / result.Seconds, "0");
                Print($"processor seconds of the receiver, {associations} association(s)", result => result.CpuSeconds, "0.00");

                void Print(string what, Func<Result, double> value, string format)
                {
                    double Of(Receiver receiver) => Median(results[receiver].Select(value));
                    string Text(double number) => number.ToString(format, CultureInfo.InvariantCulture);
                    Console.WriteLine($"| {what} | {Text(Of(gateway))} | {(Of(storescp) > 0 ? Text(Of(storescp)) : "")} | {Text(Of(orthanc))} | {Of(gateway) / Of(storescp):0.00} | {Of(gateway) / Of(orthanc):0.00} |");
                }
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| memory at the peak, MB | {gateway.PeakBytes / 1e6:0} | | {orthanc.PeakBytes / 1e6:0} | | |"));
            var large = Path.Combine(root, "study0");
            var bytes = CtStudy.WriteFrames(large, Frames);
            await StoreAsync(gateway, large, cancel);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| the same after an object of {Frames} frames, {bytes / 1e9:0.0} GB | {gateway.PeakBytes / 1e6:0} | | | | |"));
            return 0;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<Result> SendAsync(Receiver receiver, string root, int associations, CancellationToken cancel)
    {
        var folders = Enumerable.Range(0, associations).Select(number => Path.Combine(root, $"study{number}")).ToList();
        CtStudy.Write(folders, Images);
        await Tools.MustAsync("sync", [], cancel);
        var (cpu, clock) = (receiver.CpuSeconds, Stopwatch.StartNew());
        await Task.WhenAll(folders.Select(folder => StoreAsync(receiver, folder, cancel)));
        var seconds = clock.Elapsed.TotalSeconds;
        await Task.Delay(300, cancel);
        return new Result(seconds, receiver.CpuSeconds - cpu);
    }

    /// <summary>Sends a folder with storescu.</summary>
    public static async Task StoreAsync(Receiver receiver, string folder, CancellationToken cancel, string? called = null)
    {
        var start = new ProcessStartInfo("storescu", ["-aet", "BENCH", "-aec", called ?? receiver.AeTitle, "-pdu", "131072", "-R", "+sd", "127.0.0.1", $"{receiver.Port}", folder]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["TCP_NODELAY"] = "1";
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync(cancel);
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        if (process.ExitCode != 0 || (await said + await output).Contains("E:", StringComparison.Ordinal))
            throw new InvalidOperationException($"{receiver.Name}: {await said}{await output}");
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;

    private sealed record Result(double Seconds, double CpuSeconds);
}
