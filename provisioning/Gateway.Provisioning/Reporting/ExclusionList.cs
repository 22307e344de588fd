using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Reporting;

/// <summary>What a virus scanner must leave alone, for the administrators of one that the product cannot set: each entry with its reason and its clause, so that they can judge it.</summary>
public sealed record ExclusionList
{
    /// <summary>The site.</summary>
    public required string Site { get; init; }

    /// <summary>The first language of derived forms.</summary>
    public required Language Language { get; init; }

    /// <summary>Version of the product, which stands in the paths of its programs.</summary>
    public required string Product { get; init; }

    /// <summary>Folders and processes, or extensions.</summary>
    public required AntivirusMode Mode { get; init; }

    /// <summary>The exclusions.</summary>
    public required IReadOnlyList<ExclusionEntry> Entries { get; init; }

    /// <summary>The exclusions of a manifest.</summary>
    /// <param name="appliance">The manifest.</param>
    public static ExclusionList Of(Appliance appliance) => new()
    {
        Site = appliance.Site.Name,
        Language = appliance.Site.Language,
        Product = ProductVersion.Text,
        Mode = appliance.Antivirus.Mode,
        Entries = appliance.Antivirus.Mode == AntivirusMode.Folders
            ? [.. appliance.Antivirus.Folders.Select(folder => FolderEntry(folder, appliance)), .. appliance.Antivirus.Processes.Select(process => ProcessEntry(process, appliance)).OfType<ExclusionEntry>()]
            : [.. appliance.Antivirus.Extensions.Select(ExtensionEntry)],
    };

    private static ExclusionEntry FolderEntry(ExcludedFolder folder, Appliance appliance) => Entry(
        ExclusionKind.Folder, folder.Path.Text, folder.Control,
        folder.Control == ControlId.Of("AV-2")
            ? new(
                "Empfangene Aufnahmen: jede Datei wird geschrieben, geprüft und umbenannt, bevor der Absender eine Bestätigung bekommt. Ein Scanner, der sie öffnet oder verschiebt, verzögert oder verliert Aufnahmen.",
                "Received images: each file is written, checked and renamed before its sender gets an answer. A scanner that opens or moves it delays or loses images.")
            : folder.Path.Contains(appliance.Database.DataFolder) && !folder.Path.Contains(appliance.Gateway.ProgramFolder)
                ? new(
                    "Dateien der Datenbank, dauernd geöffnet und geändert. Ein Scanner, der sie sperrt oder verschiebt, beschädigt sie.",
                    "Files of the database, open and changing all the time. A scanner that locks or moves them damages it.")
                : new(
                    "Programme, Konfiguration, Verzeichnis der Aufnahmen und Protokolle des Gateways. Nur Administratoren und die Dienste des Gateways dürfen hier schreiben.",
                    "The gateway's programs, configuration, index of the images and logs. Only administrators and the gateway's services may write here."),
        folder.WhereItExists ? new("nur, wo es diesen Ordner gibt", "only where this folder exists") : null);

    // A site without the replaced software has none of its helpers.
    private static ExclusionEntry? ProcessEntry(ExcludedProcess process, Appliance appliance) =>
        process.Path.Resolve(appliance.Gateway.ProgramFolderOfThisVersion(), appliance.Antivirus) is not { } path ? null : Entry(
            ExclusionKind.Process, path.Text, ControlId.Of("AV-4"),
            process.Path.Text.Equals(process.Replaces, StringComparison.OrdinalIgnoreCase)
                ? new("Liest und schreibt Aufnahmen und Befunde; in den Systemvoraussetzungen genannt.", "Reads and writes images and reports; named in the system requirements.")
                : new(
                    $"Liest und schreibt Aufnahmen oder deren Datenbank; tritt an die Stelle von {process.Replaces} der Systemvoraussetzungen.",
                    $"Reads and writes images or their database; takes the place of {process.Replaces} of the system requirements."),
            new("erst, wenn es das Programm gibt; eine Ausnahme für nichts ist ein Versteck", "only once the program exists; an exclusion for nothing is a hiding place"));

    private static ExclusionEntry ExtensionEntry(string extension) => Entry(
        ExclusionKind.Extension, extension, ControlId.Of("AV-5"),
        new(
            "Dateityp von Aufnahmen, ausgenommen, weil dieser Scanner keine Ordner ausnehmen kann.",
            "Type of image files, excluded because this scanner cannot exclude folders."),
        null);

    private static ExclusionEntry Entry(ExclusionKind kind, string value, ControlId control, Wording reason, Wording? condition) =>
        new(kind, value, control, ControlCatalogue.Find(control)!.Clause!, reason, condition);
}

/// <summary>One exclusion.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Value">Folder, executable or extension.</param>
/// <param name="Control">The control that asks for it.</param>
/// <param name="Clause">The clause of the system requirements, in its own German words.</param>
/// <param name="Reason">Why.</param>
/// <param name="Condition">When, or null: always.</param>
public sealed record ExclusionEntry(ExclusionKind Kind, string Value, ControlId Control, string Clause, Wording Reason, Wording? Condition);
