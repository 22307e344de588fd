using System.Diagnostics;
using System.Text;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Machines.Rehearsal;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Reading;
using Gateway.Provisioning.Planning;
using Gateway.Provisioning.Resources;

namespace Gateway.Bench;

/// <summary>
/// The no-op plan of the default manifest on a machine that holds it: what vendor staff wait for before they see "nothing to change".
/// Everything that the command does is inside the clock but the start of the process: manifest, schema of types, graph, journal, observation, plan.
/// </summary>
internal static class NoOpPlan
{
    private const int Rounds = 21;
    private static readonly TimeProvider Clock = TimeProvider.System;

    public static async Task MeasureAsync(CancellationToken cancel)
    {
        var root = Directory.CreateTempSubdirectory("gateway-bench-").FullName;
        try
        {
            var facts = Path.Combine(root, "machine.json");
            await using (var machine = Open(Read(), root, facts))
                await new Applier(machine, JournalOf(machine), Clock).ApplyAsync(AssessorOf(Read(), machine), null, cancel);

            var times = new List<double>();
            Plan? plan = null;
            var resources = 0;
            for (var round = 0; round < Rounds; round++)
            {
                var watch = Stopwatch.StartNew();
                var appliance = Read();
                await using var machine = Open(appliance, root, facts);
                var assessment = await AssessorOf(appliance, machine).AssessAsync(JournalHistory.Of(Journal.Open(JournalOf(machine), Clock)), null, cancel);
                times.Add(watch.Elapsed.TotalMilliseconds);
                (plan, resources) = (assessment.Plan, assessment.Observations.Count);
            }

            if (plan!.Changes.Count > 0)
                throw new InvalidOperationException("the plan is not empty: nothing was measured");
            Console.WriteLine("| work | resources | first, cold | median of the others | slowest of the others |");
            Console.WriteLine("|---|---|---|---|---|");
            var warm = times.Skip(1).Order().ToList();
            Console.WriteLine($"| no-op plan of the default manifest | {resources} | {times[0]:0} ms | {warm[warm.Count / 2]:0.0} ms | {warm[^1]:0.0} ms |");
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static Appliance Read() => ManifestReader.Read([("appliance.json", Encoding.UTF8.GetBytes(EmbeddedFiles.Text("appliance.json")))], DateOnly.FromDateTime(DateTime.UtcNow)).Appliance!;

    private static RehearsalMachine Open(Appliance appliance, string root, string facts) =>
        new(root, FactsStore.At(facts, () => RehearsalMachine.AsDelivered(Clock)), appliance, Clock, build: null, runProcesses: false);

    private static JournalFile JournalOf(RehearsalMachine machine) => JournalFile.In(machine.StateRoot);

    private static Assessor AssessorOf(Appliance appliance, RehearsalMachine machine)
    {
        ResourceGraph.Build(appliance, _ => null, out var graph);
        return new Assessor(appliance, graph!, machine, Clock);
    }
}
