using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Wine.Tests;

namespace Gateway.Bench;

/// <summary>
/// The no-op verify, as a person starts it: under Wine, through a process of PowerShell, and beside it in a rehearsal, which answers from a file. The times of the kinds are
/// the product's own (<c>verify --json</c>), those of the cmdlets the rig's: from the beginning of a pipeline to that of the next, or to the end of the command.
/// </summary>
internal static class NoOpVerify
{
    private const int Rounds = 5;

    public static async Task<int> MeasureAsync(CancellationToken cancel)
    {
        using var template = new WineTemplate();
        if (template.Missing is { } missing)
        {
            Console.Error.WriteLine(missing);
            return 1;
        }

        await template.PrepareAsync(cancel);
        await using var machine = await WineMachine.StartAsync(template, cancel);
        await machine.WriteManifestAsync("", cancel);
        await machine.KeepSecretAsync(cancel);
        await machine.RunDefenderAsync(cancel);
        var rehearsal = Directory.CreateTempSubdirectory("gateway-bench-").FullName;
        try
        {
            string[] rehearsed = [Path.Combine(machine.DriveC, "appliance.json"), "--overlay", Path.Combine(machine.DriveC, "Röntgen Süd.json"), "--root", rehearsal];
            await OfAppliedAsync(() => machine.GwctlAsync(cancel, ["apply", .. WineMachine.Manifest]));
            await OfAppliedAsync(() => Tools.RunAsync(Gwctl, ["apply", .. rehearsed], cancel));

            var wine = new List<Look>();
            var model = new List<Look>();
            for (var round = 0; round < Rounds; round++)
            {
                var before = machine.Calls().Count;
                wine.Add(await LookAsync(() => machine.GwctlAsync(cancel, ["verify", .. WineMachine.Manifest, "--json"]), () => [.. machine.Calls().Skip(before)]));
                model.Add(await LookAsync(() => Tools.RunAsync(Gwctl, ["verify", .. rehearsed, "--json"], cancel), () => []));
            }

            Print(wine, model);
            return 0;
        }
        finally
        {
            Directory.Delete(rehearsal, recursive: true);
        }
    }

    private static string Gwctl => Path.Combine(AppContext.BaseDirectory, "gwctl");

    // What is not there yet, or cannot be had in this place, is not mended and no difference.
    private static async Task OfAppliedAsync(Func<Task<Ended>> apply)
    {
        if (await apply() is { ExitCode: not (0 or 2 or 3) } failed)
            throw new InvalidOperationException($"the apply failed: nothing was measured\n{failed}");
    }

    private static async Task<Look> LookAsync(Func<Task<Ended>> verify, Func<IReadOnlyList<PowerShellCall>> calls)
    {
        var watch = Stopwatch.StartNew();
        var ended = await verify();
        var (took, until) = (watch.Elapsed.TotalMilliseconds, DateTimeOffset.UtcNow);
        if (ended.ExitCode is not (0 or 2 or 3) || JsonNode.Parse(ended.Output) is not { } answer || answer["changes"]!.AsArray().Count > 0)
            throw new InvalidOperationException($"the machine differs: nothing was measured\n{ended}");
        var kinds = answer["kinds"]!.AsArray().ToDictionary(kind => (string)kind!["kind"]!, kind => ((int)kind!["resources"]!, (double)kind["longestMilliseconds"]!));
        var pipelines = calls().Where(call => call.IsPipeline).ToList();
        return new Look(took, kinds, [.. pipelines.Zip(pipelines.Skip(1).Select(next => next.At).Append(until), (call, next) => (call.Command, (next - call.At).TotalMilliseconds))]);
    }

    private static void Print(List<Look> wine, List<Look> model)
    {
        Console.WriteLine($"Median of {Rounds} rounds, side by side.\n");
        Console.WriteLine("| no-op verify, whole process | rehearsal | Wine |\n|---|---|---|");
        Console.WriteLine($"| | {Text(Median(model, look => look.Milliseconds))} ms | {Text(Median(wine, look => look.Milliseconds))} ms |\n");
        Console.WriteLine("| kind | resources | rehearsal, longest look | Wine, longest look |\n|---|---|---|---|");
        foreach (var kind in wine[0].Kinds.Keys.OrderByDescending(kind => Median(wine, look => look.Kinds[kind].Longest)))
            Console.WriteLine($"| {kind} | {wine[0].Kinds[kind].Resources} | {Text(Median(model, look => look.Kinds.GetValueOrDefault(kind).Longest))} ms | {Text(Median(wine, look => look.Kinds[kind].Longest))} ms |");
        Console.WriteLine("\n| cmdlet | pipelines | time in all |\n|---|---|---|");
        foreach (var cmdlet in wine[0].Pipelines.Select(pipeline => pipeline.Command).Distinct().Order(StringComparer.Ordinal))
            Console.WriteLine($"| {cmdlet} | {wine[0].Pipelines.Count(pipeline => pipeline.Command == cmdlet)} | {Text(Median(wine, look => look.Pipelines.Where(pipeline => pipeline.Command == cmdlet).Sum(pipeline => pipeline.Milliseconds)))} ms |");
        Console.WriteLine($"| all | {wine[0].Pipelines.Count} | {Text(Median(wine, look => look.Pipelines.Sum(pipeline => pipeline.Milliseconds)))} ms |");
    }

    private static double Median(List<Look> looks, Func<Look, double> of) => looks.Select(of).Order().ElementAt(looks.Count / 2);

    private static string Text(double milliseconds) => milliseconds.ToString("0", CultureInfo.InvariantCulture);

    private sealed record Look(double Milliseconds, Dictionary<string, (int Resources, double Longest)> Kinds, List<(string Command, double Milliseconds)> Pipelines);
}
