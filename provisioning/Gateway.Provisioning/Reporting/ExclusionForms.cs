using System.Text;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Reporting;

/// <summary>The forms in which a list of exclusions is handed on: to people (<see cref="Handout"/>), and to Microsoft Defender itself where somebody else administers it.</summary>
public static class ExclusionForms
{
    private const string PolicyKey = @"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows Defender\Exclusions";

    private static readonly Wording Afterword = new(
        "Bitte bestätigen Sie die Einrichtung mit Name und Datum: was dieser Scanner ausnimmt, lässt sich nicht auslesen, und der Prüfbericht beruht insoweit auf Ihrer Bestätigung.",
        "Please confirm with name and date that they are set: what this scanner leaves alone cannot be read, and the compliance report rests on your word for it.");

    private static readonly IReadOnlyList<Wording> Columns =
        [new("Art", "Kind"), new("Ausnahme", "Exclusion"), new("Anforderung", "Control"), new("Abschnitt", "Clause"), new("Begründung", "Reason"), new("Risiko", "Risk"), new("Bedingung", "Condition")];

    private static readonly (ExclusionKind Kind, string Key)[] PolicyLists = [(ExclusionKind.Folder, "Paths"), (ExclusionKind.Process, "Processes"), (ExclusionKind.Extension, "Extensions")];

    /// <summary>For people.</summary>
    /// <param name="list">The list.</param>
    public static Handout ToHandout(ExclusionList list)
    {
        ArgumentNullException.ThrowIfNull(list);
        return new()
        {
            Site = list.Site,
            Product = list.Product,
            Title = new("Ausnahmen für den Virenscanner", "Exclusions for the virus scanner"),
            Preface = new(
                "Diese Ausnahmen verlangen die Systemvoraussetzungen (02 | 2024). Jede ist eine gewollte Lücke: bitte genau so eng setzen, wie sie hier steht, und nur auf diesem Rechner.",
                "The system requirements (02 | 2024) ask for these exclusions. Each is a hole on purpose: please set it exactly as narrow as it stands here, and on this machine only."),
            Columns = Columns,
            NamingColumn = 1,
            Rows = [.. list.Entries.Select(e => (IReadOnlyList<Wording>)
                [Word(e.Kind), Wording.Same(e.Value), Wording.Same(e.Control.Text), Wording.Same(e.Clause), e.Reason, RiskOf(e.Kind), e.Condition ?? Wording.Same("")])],
            Afterword = Afterword,
        };
    }

    /// <summary>A script for Microsoft Defender ("Add-MpPreference", Microsoft Learn), to be run by its administrator.</summary>
    /// <param name="list">The list.</param>
    public static string ToPowerShell(ExclusionList list)
    {
        ArgumentNullException.ThrowIfNull(list);
        var text = new StringBuilder();
        text.Append(Comment("#", list));
        foreach (var entry in list.Entries)
            text.Append(About("#", entry)).Append($"Add-MpPreference -Exclusion{Parameter(entry.Kind)} '{entry.Value.Replace("'", "''", StringComparison.Ordinal)}'\r\n");
        return text.ToString();
    }

    /// <summary>A registry file with the values that group policy writes (WindowsDefender.admx: Exclusions_Paths and its neighbours), to be imported on the machine or into a group policy's registry preferences.</summary>
    /// <param name="list">The list.</param>
    public static string ToRegistryFile(ExclusionList list)
    {
        ArgumentNullException.ThrowIfNull(list);
        var text = new StringBuilder("Windows Registry Editor Version 5.00\r\n\r\n").Append(Comment(";", list)).Append($"\r\n[{PolicyKey}]\r\n");
        var lists = PolicyLists.Select(one => (one.Key, Entries: list.Entries.Where(entry => entry.Kind == one.Kind).ToList())).Where(one => one.Entries.Count > 0).ToList();
        foreach (var (key, _) in lists)
            text.Append($"\"Exclusions_{key}\"=dword:00000001\r\n");
        foreach (var (key, entries) in lists)
        {
            text.Append($"\r\n[{PolicyKey}\\{key}]\r\n");
            foreach (var entry in entries)
                text.Append(About(";", entry)).Append($"\"{entry.Value.Replace(@"\", @"\\", StringComparison.Ordinal)}\"=\"0\"\r\n");
        }

        return text.ToString();
    }

    private static string Comment(string mark, ExclusionList list) =>
        $"{mark} DICOM-Mail Gateway {list.Product}, {OneLine(list.Site)}: exclusions that the system requirements (02 | 2024) ask for, each a hole on purpose, on this machine only.\r\n";

    private static string About(string mark, ExclusionEntry entry) =>
        $"{mark} {entry.Control}, {entry.Clause}: {entry.Reason.English} Risk: {RiskOf(entry.Kind).English}{(entry.Condition is null ? "" : $" Condition: {entry.Condition.English}.")}\r\n";

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private static string Parameter(ExclusionKind kind) => kind switch
    {
        ExclusionKind.Folder => "Path",
        ExclusionKind.Process => "Process",
        _ => "Extension",
    };

    private static Wording Word(ExclusionKind kind) => kind switch
    {
        ExclusionKind.Folder => new("Ordner mit Unterordnern", "folder with those below it"),
        ExclusionKind.Process => new("Prozess", "process"),
        _ => new("Dateityp", "file extension"),
    };

    private static Wording RiskOf(ExclusionKind kind) => kind switch
    {
        ExclusionKind.Folder => new(
            "Was hier liegt, sieht der Scanner nicht. Schreiben dürfen nur Administratoren und die Dienste des Gateways.",
            "The scanner does not see what lies here. Only administrators and the gateway's services may write."),
        ExclusionKind.Process => new(
            "Was dieses Programm öffnet, sieht der Scanner nicht, auch außerhalb der Ordner. Das Programm selbst bleibt geprüft.",
            "The scanner does not see what this program opens, outside the folders too. The program itself is still scanned."),
        _ => new(
            "Jede Datei dieses Namens bleibt ungeprüft, wo immer sie liegt: die weiteste der Lücken.",
            "Any file of that name goes unscanned wherever it lies: the widest of the holes."),
    };
}
