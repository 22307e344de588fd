using System.Management.Automation;

namespace Gateway.Rig.PowerShellServer.Contract;

/// <summary>
/// Errors as a German Windows words them: the message is another, the id by which a program tells them apart is the same ("Windows PowerShell Error Records",
/// Microsoft Learn). The words are our own. The engine's own errors stay English: its package has no other language.
/// </summary>
internal static class GermanMessages
{
    /// <summary>In place of the exclusions, for who is no administrator.</summary>
    public const string ExclusionsWithheld = "N/V: Zum Anzeigen von Ausschlüssen sind Administratorrechte erforderlich";

    // By the beginning of the id; the first that fits.
    private static readonly (string Id, string Message)[] Known =
    [
        ("Windows System Error 5", "Zugriff verweigert "),
        ("Windows System Error 183", "Eine Datei kann nicht erstellt werden, wenn sie bereits vorhanden ist. "),
        ("HRESULT 0x80070002", "Das System kann die angegebene Datei nicht finden. "),
        ("HRESULT 0x80070005", "Zugriff verweigert "),
        ("HRESULT 0x800700B7", "Eine Datei kann nicht erstellt werden, wenn sie bereits vorhanden ist. "),
        ("HRESULT 0x80070057", "Falscher Parameter. "),
        ("HRESULT 0x80041003", "Zugriff verweigert "),
        ("HRESULT 0x8004100E", "Ungültiger Namespace "),
        ("HRESULT 0x80041010", "Ungültige Klasse "),
        ("HRESULT 0x80041017", "Ungültige Abfrage "),
        ("HRESULT 0xc0000142", "Sie verfügen nicht über ausreichende Berechtigungen, um den angeforderten Vorgang auszuführen."),
        ("HRESULT 0x800106ba", "Fehler beim Ausführen des Vorgangs: 0x800106ba"),
        ("CmdletizationQuery_NotFound", "Es wurden keine übereinstimmenden Objekte gefunden. Überprüfen Sie die Abfrageparameter, und wiederholen Sie den Vorgang."),
    ];

    /// <summary>The error with its message in German.</summary>
    /// <param name="error">An error as the rig made it.</param>
    public static ErrorRecord Of(ErrorRecord error)
    {
        var id = error.FullyQualifiedErrorId;
        var message = Known.FirstOrDefault(known => id.StartsWith(known.Id, StringComparison.OrdinalIgnoreCase)).Message ?? $"Der Vorgang konnte nicht durchgeführt werden ({id}). ";
        var german = new ErrorRecord(new InvalidOperationException(message), id, error.CategoryInfo.Category, error.TargetObject);
        german.CategoryInfo.Reason = error.CategoryInfo.Reason;
        return german;
    }
}
