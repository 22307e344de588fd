using System.CommandLine;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Reading;
using Gateway.Provisioning.Resources;

namespace Gwctl.Installing;

/// <summary>What an installation is given, as properties of the MSI; and what it takes where it is given nothing.</summary>
internal static class InstallationInputs
{
    private const string ManifestFile = "appliance.json";

    /// <summary>MANIFEST.</summary>
    public static Argument<string?> Manifest { get; } = new("manifest") { Description = "The manifest; without one, on an installed appliance the one that was applied last, else that beside the MSI.", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>PAYLOADS.</summary>
    public static Option<string?> Payloads { get; } = new("--payloads") { Description = "Where payloads are looked for; without it beside the MSI, else where the manifest says.", HelpName = "DIR" };

    /// <summary>Where the MSI lies.</summary>
    public static Option<string?> Msi { get; } = new("--msi") { Description = "The MSI.", HelpName = "FILE" };

    /// <summary>LANGUAGE.</summary>
    public static Option<string> Language { get; } = new("--language") { Description = "What people are told in: de or en.", DefaultValueFactory = _ => "en" };

    /// <summary>PURGEDATA.</summary>
    public static Option<bool> Purge { get; } = new("--purge") { Description = "Delete data too: images, database, backups, logs, state." };

    /// <summary>The appliance that is installed.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The appliance with its graph when the manifest is valid; every diagnostic; the manifest's path.</returns>
    public static (Appliance? Appliance, ResourceGraph? Graph, IReadOnlyList<Diagnostic> Diagnostics, string Path) Read(ParseResult parsed)
    {
        var beside = parsed.GetValue(Msi) is { } msi ? System.IO.Path.GetDirectoryName(msi) : null;
        var path = parsed.GetValue(Manifest) ?? Usual(beside, Session.StateRootOf(parsed.GetValue(Inputs.Root)));
        var reading = ManifestReader.ReadFiles(path, parsed.GetValue(Inputs.Overlay) ?? [], Session.Today());
        if (!reading.IsValid)
            return (null, null, reading.Diagnostics, path);
        var appliance = reading.Appliance with { PayloadFolder = PayloadFolderOf(reading.Appliance, parsed.GetValue(Payloads), beside) };
        var found = ResourceGraph.Build(appliance, reading.PlaceOf, out var graph);
        return (appliance, graph, [.. reading.Diagnostics, .. found], path);
    }

    // A repair, or an upgrade, is about the machine as it was meant to be, with its site's differences; what happens to lie beside the MSI may be anything.
    private static string Usual(string? beside, string stateRoot)
    {
        var kept = KeptIntent.ManifestIn(stateRoot);
        var given = beside is null ? null : System.IO.Path.Combine(beside, ManifestFile);

        // "Apps" names the MSI that Windows Installer keeps, beside which there is none.
        return given is null || (File.Exists(kept) && (!File.Exists(given) || JournalHistory.Of(Journal.Open(JournalFile.In(stateRoot), TimeProvider.System)).Held.Count > 0))
            ? kept
            : given;
    }

    private static string PayloadFolderOf(Appliance appliance, string? given, string? beside) =>
        given ?? (beside is not null && appliance.Payloads.Any(payload => File.Exists(Path.Combine(beside, payload.File))) ? beside : appliance.PayloadFolder);
}
