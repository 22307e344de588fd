using Gateway.Provisioning.Manifest.Values;
using static Gateway.Provisioning.Manifest.Controls.Attestable;
using static Gateway.Provisioning.Manifest.Controls.Force;

namespace Gateway.Provisioning.Manifest.Controls;

/// <summary>Every control of the system requirements (02 | 2024, German), in the source's order, and those of our own. None is ever silently dropped: the report has a row for each.</summary>
public static class ControlCatalogue
{
    /// <summary>All controls.</summary>
    public static IReadOnlyList<Control> All { get; } =
    [
        Of("OS-1", Must, "Unterstützte Betriebssysteme", "64-Bit Windows 10, Windows 11, Server 2016, 2019 oder 2022", "64-bit Windows 10, Windows 11, Server 2016, 2019 or 2022"),
        Of("OS-2", Should, "Unterstützte Betriebssysteme; Systembetrieb", "Aktueller Patchlevel, Updates zeitnah eingespielt", "Current patch level, updates installed promptly"),
        Of("OS-3", Should, "Systembetrieb", "Der Updatestand wird automatisch überwacht", "The update state is monitored automatically"),
        Of("OS-4", Must, "Unterstützte Betriebssysteme", "Installation und Daten liegen nur auf D: und E:", "Installation and data lie on D: and E: only"),
        Of("HW-1", Should, "Serverausstattung", "8 CPU-Kerne", "8 CPU cores"),
        Of("HW-2", Should, "Serverausstattung", "24 GB Arbeitsspeicher", "24 GB of memory"),
        Of("HW-3", Must, "Serverausstattung", "D: mit 50 GB", "D: with 50 GB"),
        Of("HW-4", Must, "Serverausstattung", "E: mit 200 GB", "E: with 200 GB"),
        Of("HW-5", Must, "Einleitung", "Physische oder virtuelle Maschine", "A physical or virtual machine"),
        Of("HW-6", Must, "Unterstützte Betriebssysteme; Serverausstattung", "Partitionen gibt der Kunde vor; D: und E: sind feste Laufwerke, nichts wird formatiert", "The site partitions; D: and E: are fixed disks, nothing is formatted"),
        Of("SEC-1", Must, "Systembetrieb", "Nur die notwendigen Ports sind offen", "Only the ports needed are open"),
        Of("SEC-2", Should, "Systembetrieb", "Keine dauerhaften Laufwerksfreigaben", "No permanent drive shares"),
        Of("SEC-3", Should, "Systembetrieb", "Separiertes Netzsegment", "A separated network segment", Always),
        Of("SEC-4", Must, "Systembetrieb", "Die Ports sind mit dem Hersteller abgesprochen", "The ports are agreed with the vendor", Always),
        Of("BAK-1", Must, "Softwarebackup", "Jede Nacht ein Backup nach E:\\backup", "A backup into E:\\backup every night"),
        Of("BAK-2", Must, "Softwarebackup", "Backups werden 5 Tage aufbewahrt", "Backups are kept for 5 days"),
        Of("BAK-3", Request, "Softwarebackup", "Backups zusätzlich auf einem anderen Speicher", "Backups copied to another storage", Always),
        Of("AV-1", Should, "Virenscanner", "Ein Virenscanner ist aktiv und aktuell", "A virus scanner is active and up to date"),
        Of("AV-2", Should, "Virenscanner 1", "Der Bildordner ist ausgenommen", "The image folder is excluded", WhereItCannotBeMeasured),
        Of("AV-3", Should, "Virenscanner 2", "Programm- und Datenbankordner sind ausgenommen", "Program and database folders are excluded", WhereItCannotBeMeasured),
        Of("AV-4", Should, "Virenscanner 3", "Die Prozesse sind ausgenommen", "The processes are excluded", WhereItCannotBeMeasured),
        Of("AV-5", Should, "Virenscanner, alternativ", "Statt der Ordner sind die Dateitypen ausgenommen", "File extensions are excluded in place of folders", WhereItCannotBeMeasured),
        Of("NET-1", Must, "Datenversand", "Ausgehend TCP 25 zu den Mailservern", "Outbound TCP 25 to the mail servers"),
        Of("NET-2", Must, "Datenversand", "Ausgehend TCP 995 zu den Mailservern", "Outbound TCP 995 to the mail servers"),
        Of("NET-3", Must, "Datenversand", "Anmeldung mit einem Zertifikat des Netzes", "Authentication by a certificate of the network"),
        Of("NET-4", Must, "Datenversand", "Kein Proxy und keine Firewall öffnet TLS", "No proxy or firewall opens TLS"),
        Of("MON-1", Must, "JiveX Status Monitoring", "Der check_mk-Agent ist installiert und läuft", "The check_mk agent is installed and runs"),
        Of("MON-2", Must, "JiveX Status Monitoring", "Ausgehend TCP 8140 zum Monitoring-Server", "Outbound TCP 8140 to the monitoring server"),
        Of("MON-3", Must, "JiveX Status Monitoring", "Weder Benutzerzugänge noch Patientendaten im Monitoring", "Neither user accounts nor patient data in monitoring"),
        Of("MON-4", Must, "JiveX Status Monitoring", "Monitoring verschlüsselt und zertifikatbasiert", "Monitoring encrypted and certificate-based"),
        Of("CLI-1", Must, "Verwendete Clients", "HTML5-Webclient ohne Installation", "HTML5 web client without installation"),
        Of("CLI-2", Must, "Verwendete Clients", "Alle gängigen Browser unter Windows und macOS", "All common browsers on Windows and macOS"),
        Of("CLI-3", Should, "Verwendete Clients", "Etwa 500 MB Arbeitsspeicher am Client", "About 500 MB of memory at the client"),
        Of("REM-1", Must, "VPN-Zugang", "Fernwartungszugang durch den Kunden", "Remote access provided by the site", Always),
        Of("REM-2", Should, "VPN-Zugang", "E-Mail vor jeder Verbindung, Bestätigung oder Passwort", "A mail before each connection, confirmation or password", Always),
        Own("X-TIME", "Zeitquelle und Abweichung der Uhr", "Time source and offset of the clock"),
        Own("X-CERT", "Restlaufzeit von Zertifikaten und Schlüsseln", "Remaining life of certificates and keys"),
        Own("X-REST", "Verschlüsselung der Datenträger", "Volume encryption at rest"),
        Own("X-TLS", "Mindestens TLS 1.2", "TLS 1.2 or later"),
        Own("X-RET", "Löschfristen für Bilder und Protokolle", "Deletion periods of images and logs"),
        Own("X-LOG", "Zugriffe auf Patientendaten werden protokolliert", "Access to patient data is logged"),
        Own("X-DPA", "Vertrag nach Art. 28 DSGVO und Verpflichtung nach § 203 StGB", "Contract under Art. 28 GDPR and commitment under § 203 StGB", Always),
        Own("X-DIN", "Konstanzprüfungen der Übertragung nach DIN 6868-159", "Constancy tests of the transmission under DIN 6868-159"),
        Own("X-DOM", "Die Richtlinien der Domäne lassen das Gateway arbeiten", "The domain's policies let the gateway work", force: Must),
        Own("X-APP", "Die Programmkontrolle lässt die Programme des Gateways laufen", "Program control lets the gateway's programs run", force: Must),
        Own("X-PWR", "Der Rechner schläft nicht ein", "The machine does not go to sleep"),
        Own("X-SNAP", "Der Rechner wurde nicht unbemerkt auf einen Snapshot zurückgesetzt, wiederhergestellt oder kopiert", "The machine was not set back to a snapshot, restored or copied unnoticed") with { Force = Must },
    ];

    /// <summary>The control with the id, or null.</summary>
    /// <param name="id">An id.</param>
    public static Control? Find(ControlId id) => All.FirstOrDefault(control => control.Id == id);

    private static Control Of(string id, Force force, string clause, string german, string english, Attestable attestable = Never) =>
        new(ControlId.Of(id), force, clause, german, english, attestable);

    private static Control Own(string id, string german, string english, Attestable attestable = Never, Force force = Should) =>
        new(ControlId.Of(id), force, null, german, english, attestable);
}
