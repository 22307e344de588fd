using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using Gateway.DicomMail.OpenPgp;

namespace Gateway.Bench;

/// <summary>
/// OpenPGP beside gpg: the same 262 MB signed and encrypted by both, armoured as a mail carries it, and every message opened by both, from file to file.
/// Ratios compare with gpg's setting whose message is the next in size.
/// </summary>
internal static class Sealing
{
    private const int Images = 500;
    private const int LineBytes = 57;

    private static readonly string[] Levels = ["-z0", "-z1", "-z6"];

    public static async Task<int> MeasureAsync(int rounds, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("pgp-").FullName;
        var gpg = new GnuPg(folder);
        try
        {
            var key = OwnKey.Generate(KeyAlgorithm.Curve25519, "Bench <bench@site.example>", DateTimeOffset.UtcNow.AddDays(-1), TimeSpan.FromDays(30));
            await File.WriteAllBytesAsync(Path.Combine(folder, "key"), key.Write(), cancel);
            await gpg.RunAsync("--import", Path.Combine(folder, "key"));
            var ours = new Ours(key);
            var content = Path.Combine(folder, "content");
            Console.WriteLine("| content | sealed by | message / content | sealing, MB/s | MB/CPU s | to gpg | CPU to gpg | two at once, MB/s | opening by gpg, MB/s | by us, MB/s | to gpg | CPU to gpg |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
            foreach (var (name, write) in ((string, Action<Stream>)[])
                     [
                         ("CT", output => WriteImages(folder, output)),
                         ("CT, base64", output => WriteBase64(content, output)),
                         ("random, base64", output => WriteBase64(null, output)),
                     ])
            {
                await using (var output = File.Create(content + ".new"))
                    write(output);
                File.Move(content + ".new", content, overwrite: true);
                Print(name, await CompareAsync(gpg, ours, content, rounds));
            }

            return 0;
        }
        finally
        {
            await gpg.EndAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<Row>> CompareAsync(GnuPg gpg, Ours ours, string content, int rounds)
    {
        var length = new FileInfo(content).Length;
        List<(string Name, bool Ours, Func<string, Task> Seal)> ways =
        [
            .. Levels.Select(level => ($"gpg {level}", false, (Func<string, Task>)(message => gpg.RunAsync(level, "--armor", "--recipient", "bench@site.example", "--sign", "--encrypt", "--output", message, content)))),
            .. Enum.GetValues<Compression>().Select(compression => ($"us, {compression}", true, (Func<string, Task>)(message => Task.Run(() => ours.Seal(content, message, compression))))),
        ];
        var times = ways.ConvertAll(_ => new List<(double Seconds, double Cpu)>[] { [], [], [], [] });
        List<long> sizes = [.. ways.Select(_ => 0L)];
        var opened = content + ".opened";
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var (index, way) in ways.Index())
            {
                var message = content + ".asc";
                (double Seconds, double Cpu)[] taken =
                [
                    await TimeAsync(() => way.Seal(message)),
                    await TimeAsync(() => Task.WhenAll(way.Seal(message + "1"), way.Seal(message + "2"))),
                    await TimeAsync(() => gpg.RunAsync("--output", opened, "--decrypt", message)),
                    await TimeAsync(() => Task.Run(() => ours.Open(message, opened))),
                ];
                if (new FileInfo(opened).Length != length)
                    throw new InvalidOperationException("what was opened is not what was sealed: nothing was measured");
                sizes[index] = new FileInfo(message).Length;
                for (var what = 0; what < taken.Length && (round > 0 || rounds == 0); what++)
                    times[index][what].Add(taken[what]);
            }
        }

        return
        [
            .. ways.Select((way, index) => new Row(
                way.Name,
                way.Ours,
                (double)sizes[index] / length,
                [.. times[index].Select(list => length / 1e6 / Median(list.Select(one => one.Seconds)))],
                [.. times[index].Select(list => length / 1e6 / Median(list.Select(one => one.Cpu)))])),
        ];
    }

    private static void Print(string content, IReadOnlyList<Row> rows)
    {
        foreach (var row in rows)
        {
            var peer = rows.Where(one => !one.Ours).MinBy(one => Math.Abs(one.Size - row.Size))!;
            var ratios = row.Ours ? $"{row.Rates[0] / peer.Rates[0]:0.0} ({peer.Name}) | {row.PerCpu[0] / peer.PerCpu[0]:0.0}" : " | ";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {content} | {row.Name} | {row.Size:0.000} | {row.Rates[0]:0} | {row.PerCpu[0]:0} | {ratios} | {2 * row.Rates[1]:0} | {row.Rates[2]:0} | {row.Rates[3]:0} | {row.Rates[3] / row.Rates[2]:0.0} | {row.PerCpu[3] / row.PerCpu[2]:0.0} |"));
        }
    }

    private static double Median(IEnumerable<double> times)
    {
        List<double> sorted = [.. times.Order()];
        return sorted[sorted.Count / 2];
    }

    private static async Task<(double Seconds, double Cpu)> TimeAsync(Func<Task> what)
    {
        var clock = Stopwatch.StartNew();
        var cpu = CpuSeconds();
        await what();
        return (clock.Elapsed.TotalSeconds, CpuSeconds() - cpu);
    }

    // This process and those that it has waited for: proc(5), fields 16 and 17, in hundredths of a second. On a machine that others use too, it says more than the clock.
    private static double CpuSeconds()
    {
        var fields = File.ReadAllText("/proc/self/stat").Split(')')[^1].Split(' ');
        return Environment.CpuUsage.TotalTime.TotalSeconds + ((int.Parse(fields[14], CultureInfo.InvariantCulture) + int.Parse(fields[15], CultureInfo.InvariantCulture)) / 100.0);
    }

    private static void WriteImages(string folder, Stream output)
    {
        var images = Path.Combine(folder, "images");
        CtStudy.Write([images], Images);
        foreach (var image in Directory.EnumerateFiles(images).Order(StringComparer.Ordinal))
            output.Write(File.ReadAllBytes(image));
        Directory.Delete(images, recursive: true);
    }

    // As much text as there were images: of their beginning, or of random bytes.
    private static void WriteBase64(string? of, Stream output)
    {
        using var input = of is null ? null : new BufferedStream(File.OpenRead(of), 1 << 20);
        var random = new Random(1);
        var bytes = new byte[LineBytes];
        var line = new byte[(LineBytes / 3 * 4) + 2];
        "\r\n"u8.CopyTo(line.AsSpan(line.Length - 2));
        for (var written = 0L; written < Images * 525_000L; written += line.Length)
        {
            if (input is null)
                random.NextBytes(bytes);
            else
                input.ReadExactly(bytes);
            Base64.EncodeToUtf8(bytes, line, out _, out _);
            output.Write(line);
        }
    }

    private sealed record Row(string Name, bool Ours, double Size, IReadOnlyList<double> Rates, IReadOnlyList<double> PerCpu);

    private sealed class Ours(OwnKey key)
    {
        public void Seal(string content, string message, Compression compression)
        {
            using var input = File.OpenRead(content);
            using var output = File.Create(message);
            using var armor = new ArmorWriter(output);
            using var sealing = EncryptingStream.Open(armor, key, [key.Public], compression, DateTimeOffset.UtcNow);
            input.CopyTo(sealing, 1 << 18);
            sealing.Complete();
            armor.Complete();
        }

        public void Open(string message, string content)
        {
            using var input = File.OpenRead(message);
            using var output = File.Create(content);
            using var opened = DecryptingStream.Open(input, new KeyRing([key], []), new());
            opened.CopyTo(output, 1 << 18);
            if (opened.Signature is not SignatureVerdict.Good)
                throw new InvalidOperationException($"{opened.Signature}: nothing was measured");
        }
    }

    private sealed class GnuPg(string home)
    {
        public async Task RunAsync(params string[] arguments)
        {
            using var gpg = Process.Start(new ProcessStartInfo("gpg", ["--homedir", home, "--batch", "--yes", "--quiet", "--no-tty", "--trust-model", "always", .. arguments]) { RedirectStandardError = true })!;
            var said = await gpg.StandardError.ReadToEndAsync();
            await gpg.WaitForExitAsync();
            if (gpg.ExitCode != 0)
                throw new InvalidOperationException($"gpg: {said}");
        }

        public async Task EndAsync()
        {
            using var kill = Process.Start("gpgconf", ["--homedir", home, "--kill", "all"]);
            await kill.WaitForExitAsync();
        }
    }
}
