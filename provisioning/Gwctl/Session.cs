using System.CommandLine;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Machines.Rehearsal;
using Gateway.Provisioning.Machines.Windows;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Reading;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Planning;
using Gateway.Provisioning.Resources;
using Gwctl.Printing;
using Microsoft.Extensions.Hosting.WindowsServices;

namespace Gwctl;

/// <summary>A valid manifest, its resources and the machine that they are about: what most commands begin with.</summary>
internal sealed class Session : IAsyncDisposable
{
    private Session(Appliance appliance, ResourceGraph graph, IMachine machine, Output output)
    {
        (Appliance, Graph, Machine, Output) = (appliance, graph, machine, output);
        JournalFile = JournalFile.In(machine.StateRoot);
        Assessor = new Assessor(appliance, graph, machine, TimeProvider.System);
    }

    public Appliance Appliance { get; }

    public ResourceGraph Graph { get; }

    public IMachine Machine { get; }

    public Output Output { get; }

    public JournalFile JournalFile { get; }

    public Assessor Assessor { get; }

    /// <summary>Where reports lie.</summary>
    public string ReportsFolder => Path.Combine(Machine.StateRoot, "reports");

    /// <summary>Reads the manifest and opens the machine that the options name.</summary>
    /// <returns>The session, or null when the manifest is invalid: then its diagnostics are printed.</returns>
    public static Session? Open(ParseResult parsed)
    {
        var output = Output.Of(parsed);
        return Load(parsed, output) is var (appliance, graph) ? Open(parsed, output, appliance, graph) : null;
    }

    /// <summary>Opens the machine that the options name, with a manifest that was read.</summary>
    public static Session Open(ParseResult parsed, Output output, Appliance appliance, ResourceGraph graph) =>
        new(appliance, graph, OpenMachine(parsed.GetValue(Inputs.Root), parsed.GetValue(Inputs.Facts), appliance, runProcesses: false), output);

    /// <summary>Reads the manifest and makes a rehearsed machine that runs its services as processes.</summary>
    public static Session? OpenRehearsal(ParseResult parsed, string root)
    {
        var output = Output.Of(parsed);
        if (Load(parsed, output) is not var (appliance, graph))
            return null;
        return new Session(appliance, graph, OpenMachine(root, parsed.GetValue(Inputs.Facts), appliance, runProcesses: true), output);
    }

    /// <summary>The machine with the manifest of its last apply, which is kept beside the journal; null before the first.</summary>
    /// <param name="root">The directory of a rehearsed machine, or null for this computer.</param>
    /// <exception cref="RefusedException">The kept manifest is not one any more (GW1101 and others).</exception>
    public static Session? OpenKept(string? root)
    {
        var kept = KeptIntent.ManifestIn(StateRootOf(root));
        if (!File.Exists(kept))
            return null;
        var (session, found) = OpenByService(root, ManifestReader.ReadFiles(kept, [], Today()));
        return session ?? throw new RefusedException(found.First(d => d.Severity == Severity.Error));
    }

    /// <summary>The machine with a manifest that was handed to its service.</summary>
    /// <param name="root">The directory of a rehearsed machine, or null for this computer.</param>
    /// <param name="manifest">The manifest with its overlays (UTF-8).</param>
    /// <returns>The session, or null when the manifest is invalid; and every diagnostic.</returns>
    public static (Session? Session, IReadOnlyList<Diagnostic> Diagnostics) OpenHandedOver(string? root, byte[] manifest) =>
        OpenByService(root, ManifestReader.Read([("the manifest that was handed over", manifest)], Today()));

    private static (Session? Session, IReadOnlyList<Diagnostic> Diagnostics) OpenByService(string? root, ManifestReading reading)
    {
        IReadOnlyList<Diagnostic> found = reading.Diagnostics;
        ResourceGraph? graph = null;
        if (reading.IsValid)
            found = [.. found, .. ResourceGraph.Build(reading.Appliance, reading.PlaceOf, out graph)];
        if (graph is null)
            return (null, found);
        var own = WindowsServiceHelpers.IsWindowsService() ? ProvisioningService.Name : null;
        return (new Session(reading.Appliance!, graph, OpenMachine(root, null, reading.Appliance!, runProcesses: false, own), new Output(json: false)), found);
    }

    /// <summary>The folder of the product's own state on a machine, without any manifest.</summary>
    /// <param name="root">The directory of a rehearsed machine, or null for this computer.</param>
    public static string StateRootOf(string? root) => root is null ? ManifestPaths.StateRoot.Text : RehearsalMachine.StateRootIn(Path.GetFullPath(root));

    /// <summary>The day against which attestations and waivers are judged.</summary>
    public static DateOnly Today() => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    /// <summary>Reads and checks a manifest; prints what is wrong with it.</summary>
    public static (Appliance, ResourceGraph)? Load(ParseResult parsed, Output output)
    {
        var (appliance, graph, diagnostics) = Read(parsed);
        if (graph is null)
            output.Refuse(diagnostics);
        else if (!output.IsJson)
            output.Complain(diagnostics);
        return graph is null ? null : (appliance!, graph);
    }

    /// <summary>Reads a manifest: the appliance and its graph when it is valid, and every diagnostic.</summary>
    public static (Appliance? Appliance, ResourceGraph? Graph, IReadOnlyList<Diagnostic> Diagnostics) Read(ParseResult parsed)
    {
        var reading = ManifestReader.ReadFiles(parsed.GetValue(Inputs.Manifest)!, parsed.GetValue(Inputs.Overlay) ?? [], Today());
        if (!reading.IsValid)
            return (null, null, reading.Diagnostics);
        var found = ResourceGraph.Build(reading.Appliance, reading.PlaceOf, out var graph);
        return (reading.Appliance, graph, [.. reading.Diagnostics, .. found]);
    }

    /// <summary>Looks at the whole machine, in the light of its journal.</summary>
    public Task<Assessment> AssessAsync(CancellationToken cancel) => Output.WithProgressAsync(
        $"looking at {Graph.InOrder.Count} resources",
        step => Assessor.AssessAsync(JournalHistory.Of(Journal.Open(JournalFile, TimeProvider.System)), seen => step(seen.Resource.Text), cancel));

    /// <summary>Hash of the journal's last line, or null without a journal.</summary>
    public Sha256Digest? JournalHead() =>
        Journal.Open(JournalFile, TimeProvider.System) is { Entries.Count: > 0 } journal ? journal.Head : null;

    public ValueTask DisposeAsync() => Machine.DisposeAsync();

    /// <summary>The rehearsed machine in a directory, or this computer.</summary>
    public static IMachine OpenMachine(string? root, string? facts, Appliance appliance, bool runProcesses, string? ownService = null)
    {
        if (root is null)
        {
            if (facts is not null)
                throw new RefusedException(Diagnostic.Error("GW0002", "--facts names a rehearsed machine, but --root is missing.", "Add --root DIR."));
            return OperatingSystem.IsWindows()
                ? new WindowsMachine(appliance, ownService)
                : throw new RefusedException(Diagnostic.Error("GW0002", "This computer does not run Windows.", "Name a rehearsed machine with --root DIR, or use 'gwctl rehearse'."));
        }

        var full = Path.GetFullPath(root);
        if (File.Exists(full))
            throw new RefusedException(Diagnostic.Error("GW6003", $"{full} is a file.", "Name a directory."));
        var file = Path.Combine(full, "machine.json");
        if (facts is not null && File.Exists(file))
            throw new RefusedException(Diagnostic.Error("GW6002", $"{full} already holds a rehearsed machine.", "Leave --facts out to go on with it, or name an empty directory."));
        var store = FactsStore.At(file, () => facts is null ? RehearsalMachine.AsDelivered(TimeProvider.System) : FactsFile.Read(facts, "Record one on the machine with 'gwctl facts --out FILE'."));
        return new RehearsalMachine(full, store, appliance, TimeProvider.System, AppContext.BaseDirectory, runProcesses);
    }
}
