using System.Diagnostics;
using System.Globalization;
using Gateway.Wine.Tests;

namespace Gateway.Bench;

/// <summary>Installing the default manifest under Wine, by the MSI and, beside it, by <c>gwctl apply</c> on program files that lie there already: what Windows Installer adds, and what the parts take.</summary>
internal static class Installing
{
    private const int Runs = 3;

    /// <summary>Measures and prints.</summary>
    public static async Task<int> MeasureAsync(CancellationToken cancel)
    {
        using var prepared = new WineTemplate();
        if (prepared.Missing is not null)
        {
            await Console.Error.WriteLineAsync(prepared.Missing);
            return 1;
        }

        await prepared.PrepareAsync(cancel);
        var built = Directory.CreateTempSubdirectory("gateway-bench-").FullName;
        await Tools.MustAsync("dotnet", ["run", "--project", Path.Combine(Tools.Root, "installer", "Gateway.Installer"), "--", "build", "--from", prepared.Product, "--out", built], cancel);
        var msi = Directory.GetFiles(built, "*.msi").Single();
        var (installs, applies) = (new List<Parts>(), new List<double>());
        for (var run = 0; run < Runs; run++)
        {
            installs.Add(await InstallAsync(prepared, msi, cancel));
            applies.Add(await ApplyAsync(prepared, cancel));
        }

        Console.WriteLine($"Installing the default manifest under Wine, median of {Runs}, seconds ({new FileInfo(msi).Length / 1e6:0.0} MB):");
        var total = Median(installs.Select(parts => parts.Total));
        foreach (var (name, part) in (IEnumerable<(string, Func<Parts, double>)>)[("Windows Installer and files", parts => parts.Files), ("preflight", parts => parts.Preflight), ("apply", parts => parts.Apply), ("report and end", parts => parts.Rest)])
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-28} {Median(installs.Select(part)),6:0.0}  {100 * Median(installs.Select(part)) / total,3:0} %"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {"whole",-28} {total,6:0.0}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  gwctl apply alone            {Median(applies),6:0.0}  the MSI takes {total / Median(applies):0.00} times as long"));
        Directory.Delete(built, recursive: true);
        return 0;
    }

    private static async Task<Parts> InstallAsync(WineTemplate prepared, string msi, CancellationToken cancel)
    {
        await using var machine = await WineMachine.StartAsync(prepared, cancel, isLaidDown: false);
        await machine.WriteManifestAsync("", cancel);
        File.Copy(msi, Path.Combine(machine.DriveC, "Gateway.msi"));
        var began = DateTimeOffset.Now;
        var (code, log) = await machine.MsiexecAsync(@"/i C:\Gateway.msi MANIFEST=C:\appliance.json OVERLAY=""C:\Röntgen Süd.json""", cancel);
        var ended = DateTimeOffset.Now;
        if (code != 0)
            throw new InvalidOperationException($"{code}\n{log}");
        var lines = await File.ReadAllLinesAsync(machine.InstallationLog, cancel);
        DateTimeOffset At(string what) => DateTimeOffset.ParseExact(lines.First(line => line.Contains(what, StringComparison.Ordinal))[..30], "yyyy-MM-dd HH:mm:ss.fff zzz", CultureInfo.InvariantCulture);
        var (started, preflighted, built) = (At("apply of version"), At("the preflight has ended"), At("report: "));
        return new Parts((started - began).TotalSeconds, (preflighted - started).TotalSeconds, (built - preflighted).TotalSeconds, (ended - built).TotalSeconds);
    }

    private static async Task<double> ApplyAsync(WineTemplate prepared, CancellationToken cancel)
    {
        await using var machine = await WineMachine.StartAsync(prepared, cancel);
        await machine.WriteManifestAsync("", cancel);
        var clock = Stopwatch.StartNew();
        var applied = await machine.GwctlAsync(cancel, ["apply", .. WineMachine.Manifest]);
        return applied.ExitCode is 0 or 2 ? clock.Elapsed.TotalSeconds : throw new InvalidOperationException(applied.ToString());
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Runs / 2);

    private sealed record Parts(double Files, double Preflight, double Apply, double Rest)
    {
        public double Total => Files + Preflight + Apply + Rest;
    }
}
