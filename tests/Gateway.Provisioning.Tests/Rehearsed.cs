using System.Text;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Machines.Rehearsal;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Reading;
using Gateway.Provisioning.Planning;
using Gateway.Provisioning.Resources;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Provisioning.Tests;

/// <summary>A rehearsed machine in a directory of its own, in memory where there is a file system for that; its facts stay in memory too.</summary>
internal sealed class Rehearsed : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private readonly RehearsalMachine machine;

    public Rehearsed(Appliance? appliance = null, MachineFacts? facts = null, string? root = null, Func<IMachine, IMachine>? wrap = null)
    {
        Appliance = appliance ?? DefaultAppliance();
        Root = root ?? NewRoot();
        Store = new FactsStore(facts ?? RehearsalMachine.AsDelivered(Clock));
        machine = OpenMachine();
        Acting = wrap?.Invoke(machine) ?? machine;
        Graph = GraphOf(Appliance);
    }

    public FakeTimeProvider Clock { get; } = new(Now);

    public Appliance Appliance { get; }

    public ResourceGraph Graph { get; }

    public string Root { get; }

    public FactsStore Store { get; }

    public RehearsalMachine Machine => machine;

    /// <summary>The machine that the engine sees: the rehearsed one, or one that a test put around it.</summary>
    public IMachine Acting { get; }

    public History History => JournalHistory.Of(Journal.Open(JournalFile, Clock));

    public JournalFile JournalFile => new(Path.Combine(machine.StateRoot, "journal.jsonl"));

    public static string NewRoot() => Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"gw-test-{Guid.NewGuid():N}")).FullName;

    public static Appliance DefaultAppliance(string? overlay = null)
    {
        List<(string, byte[])> texts = [("appliance.json", Encoding.UTF8.GetBytes(EmbeddedFiles.Text("appliance.json")))];
        if (overlay is not null)
            texts.Add(("overlay.json", Encoding.UTF8.GetBytes(overlay)));
        var reading = ManifestReader.Read(texts, DateOnly.FromDateTime(Now.UtcDateTime));
        Assert.True(reading.IsValid, string.Join("\n", reading.Diagnostics));
        return reading.Appliance;
    }

    public static ResourceGraph GraphOf(Appliance appliance)
    {
        var found = ResourceGraph.Build(appliance, _ => null, out var graph);
        Assert.True(graph is not null, string.Join("\n", found));
        return graph;
    }

    /// <summary>Another process' view of the same machine.</summary>
    public RehearsalMachine OpenMachine() => new(Root, Store, Appliance, Clock, build: null, runProcesses: false);

    public Assessor Assessor() => new(Appliance, Graph, Acting, Clock);

    public Assessor AssessorOf(Appliance other) => new(other, GraphOf(other), Acting, Clock);

    public Applier Applier(IJournalFile? journal = null) => new(Acting, journal ?? JournalFile, Clock);

    public Task<Assessment> AssessAsync(Appliance? other = null) => AssessorOf(other ?? Appliance).AssessAsync(History, null, TestContext.Current.CancellationToken);

    public async Task<ApplyResult> ApplyAsync(Appliance? other = null)
    {
        var result = await TryApplyAsync(other);
        Assert.True(result.Outcome == ApplyOutcome.Applied, string.Join("\n", result.Diagnostics));
        return result;
    }

    public Task<ApplyResult> TryApplyAsync(Appliance? other = null, Plan? approved = null) =>
        Applier().ApplyAsync(AssessorOf(other ?? Appliance), approved, TestContext.Current.CancellationToken);

    public Task<ApplyResult> RollbackAsync() => Applier().RollbackAsync(TestContext.Current.CancellationToken);

    /// <summary>Everything that a change could touch, outside the state root: folders, files with their content, facts.</summary>
    public string Snapshot()
    {
        var text = new StringBuilder();
        foreach (var path in Directory.EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var relative = Path.GetRelativePath(Root, path);
            if (relative.StartsWith(Path.Combine("D", "VISUS", "state"), StringComparison.Ordinal) || relative == Path.Combine("D", "VISUS") || relative.Length == 1)
                continue;
            text.Append(relative).Append(' ').AppendLine(File.Exists(path) ? Convert.ToBase64String(File.ReadAllBytes(path)) : "folder");
        }

        return text.Append(SnapshotOf(Store.Now)).ToString();
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Root, recursive: true);
        return machine.DisposeAsync();
    }

    // Order in a list is none of a machine's facts; the state root stands outside every undo.
    private static string SnapshotOf(MachineFacts facts) => System.Text.Json.JsonSerializer.Serialize(
        facts with
        {
            Services = [.. (facts.Services ?? []).OrderBy(s => s.Name, StringComparer.Ordinal)],
            FolderRights = [.. (facts.FolderRights ?? []).Where(f => !f.Path.Equals(@"D:\VISUS", StringComparison.OrdinalIgnoreCase) && !f.Path.StartsWith(@"D:\VISUS\state", StringComparison.OrdinalIgnoreCase)).OrderBy(f => f.Path, StringComparer.Ordinal)],
            Registry = [.. (facts.Registry ?? []).OrderBy(r => r.Key + r.Name, StringComparer.Ordinal)],
            Packages = [.. (facts.Packages ?? []).OrderBy(p => p.Id, StringComparer.Ordinal)],
            Firewall = facts.Firewall! with { Rules = [.. facts.Firewall.Rules.OrderBy(r => r.Name, StringComparer.Ordinal)] },
            Antivirus = facts.Antivirus! with { Exclusions = [.. facts.Antivirus.Exclusions.OrderBy(e => e.Value, StringComparer.Ordinal)] },
        },
        ManifestJson.Indented);
}
