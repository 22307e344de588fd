using System.Diagnostics;
using System.Text;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Machines.Rehearsal;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Reading;
using Gateway.Provisioning.Planning;
using Gateway.Provisioning.Resources;

// The no-op plan of the default manifest on a machine that holds it: what vendor staff wait for before they see "nothing to change".
// Everything that the command does is inside the clock but the start of the process: manifest, schema of types, graph, journal, observation, plan.
const int Rounds = 21;
var root = Directory.CreateTempSubdirectory("gateway-bench-").FullName;
var clock = TimeProvider.System;
var cancel = CancellationToken.None;
try
{
    var facts = Path.Combine(root, "machine.json");
    await using (var machine = Open(Read(), facts))
        await new Applier(machine, JournalOf(machine), clock).ApplyAsync(AssessorOf(Read(), machine), null, cancel);

    var times = new List<double>();
    Plan? plan = null;
    var resources = 0;
    for (var round = 0; round < Rounds; round++)
    {
        var watch = Stopwatch.StartNew();
        var appliance = Read();
        await using var machine = Open(appliance, facts);
        var assessment = await AssessorOf(appliance, machine).AssessAsync(JournalHistory.Of(Journal.Open(JournalOf(machine), clock)), null, cancel);
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

static Appliance Read() => ManifestReader.Read([("appliance.json", Encoding.UTF8.GetBytes(EmbeddedFiles.Text("appliance.json")))], DateOnly.FromDateTime(DateTime.UtcNow)).Appliance!;

RehearsalMachine Open(Appliance appliance, string facts) =>
    new(root, FactsStore.At(facts, () => RehearsalMachine.AsDelivered(clock)), appliance, clock, build: null, runProcesses: false);

JournalFile JournalOf(RehearsalMachine machine) => new(Path.Combine(machine.StateRoot, "journal.jsonl"));

Assessor AssessorOf(Appliance appliance, RehearsalMachine machine)
{
    ResourceGraph.Build(appliance, _ => null, out var graph);
    return new Assessor(appliance, graph!, machine, clock);
}
