namespace Gateway.Installer.Interface;

/// <summary>One text of the installer's, in both languages.</summary>
/// <param name="Name">The property that holds it once the language is known.</param>
/// <param name="German">German.</param>
/// <param name="English">English.</param>
internal sealed record Word(string Name, string German, string English);

/// <summary>What the installer says. The bridge makes properties of the texts of one language, because no tool here makes transforms; LANGUAGE chooses it, else the person's own.</summary>
internal static class Words
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Word> All { get; } =
    [
        new("DriveMissing", "Dieses Laufwerk gibt es nicht. Das Gateway braucht die Laufwerke D: und E:.", "This drive is not there. The gateway needs the drives D: and E:."),
        new("DriveNotFixed", "Dieses Laufwerk ist keine Festplatte. Das Gateway braucht D: und E: als Festplatten.", "This drive is no fixed disk. The gateway needs D: and E: as fixed disks."),
        new("DriveFull", "Auf diesem Laufwerk ist weniger als 1 GB frei.", "This drive has less than 1 GB free."),

        new("ButtonBack", "< &Zurück", "< &Back"),
        new("ButtonNext", "&Weiter >", "&Next >"),
        new("ButtonInstall", "&Installieren", "&Install"),
        new("ButtonCancel", "Abbrechen", "Cancel"),
        new("ButtonClose", "&Schließen", "&Close"),
        new("ButtonReport", "&Bericht öffnen", "&Open report"),
        new("ButtonReason", "&Grund anzeigen", "&Show the reason"),
        new("ButtonRepair", "&Reparieren", "&Repair"),
        new("ButtonRemove", "&Entfernen", "Re&move"),
        new("ButtonYes", "&Ja", "&Yes"),
        new("ButtonNo", "&Nein", "&No"),
        new("ButtonRetry", "&Wiederholen", "&Retry"),
        new("ButtonIgnore", "&Ignorieren", "&Ignore"),
        new("ButtonAbort", "&Abbrechen", "&Abort"),

        new("WelcomeTitle", "DICOM-Mail Gateway einrichten", "Set up a DICOM-Mail gateway"),
        new("WelcomeText",
            "Dieses Programm macht aus diesem Server das Gateway, über das Ihr Haus am Teleradiologie-Netz teilnimmt.\r\n\r\nZuerst wird geprüft, ob der Server die Anforderungen erfüllt. Erfüllt er sie nicht, wird nichts verändert, und ein Bericht nennt den Grund. Danach wird eingerichtet, was das Manifest beschreibt. Scheitert ein Schritt, wird alles zurückgenommen.\r\n\r\nEs wird nichts aus dem Internet geladen.",
            "This program makes this server the gateway by which your hospital joins the teleradiology network.\r\n\r\nFirst it checks whether the server meets the requirements. If it does not, nothing is changed, and a report says why. Then it sets up what the manifest describes. If a step fails, everything is taken back.\r\n\r\nNothing is downloaded from the internet."),

        new("SiteTitle", "Ihr Standort", "Your site"),
        new("SiteText", "Was eingerichtet wird, steht in einer Datei: dem Manifest. Ein leeres Feld heißt: das Manifest, das auf diesem Server zuletzt angewandt wurde, sonst die Datei neben diesem Installationspaket.", "What is set up stands in a file: the manifest. An empty field means: the manifest that was applied last on this server, else the file beside this package."),
        new("SiteManifest", "&Manifest (appliance.json):", "&Manifest (appliance.json):"),
        new("SiteOverlay", "&Abweichungen des Standorts (freiwillig):", "&Differences of the site (optional):"),
        new("SitePayloads", "&Ordner mit MariaDB und Monitoring-Agent (freiwillig):", "&Folder with MariaDB and the monitoring agent (optional):"),

        new("ProgressTitle", "Das Gateway wird eingerichtet", "The gateway is being set up"),
        new("ProgressText", "Das dauert einige Minuten. Abbrechen nimmt zurück, was bis dahin geschah.", "This takes some minutes. Cancelling takes back what was done so far."),

        new("RemovalTitle", "Das Gateway wird entfernt", "The gateway is being removed"),
        new("RemovalText", "Dienste, Regeln und Aufgaben werden zurückgenommen.", "Services, rules and tasks are taken back."),

        new("DoneTitle", "Fertig", "Done"),
        new("DoneText",
            "Was zu tun war, ist getan.\r\n\r\nNach einer Installation läuft das Gateway und nimmt Bilder an. Was ein eigenes Installationspaket hat, der Monitoring-Agent, installiert jetzt der Dienst GatewayProvisioning; wenn alles erfüllt ist, steht in der Registrierung unter HKLM\\SOFTWARE\\VISUS\\DICOM-Mail Gateway der Wert State auf verified.\r\n\r\nBerichte und Protokoll: D:\\VISUS\\state\\reports",
            "What was to be done is done.\r\n\r\nAfter an installation the gateway runs and takes images. What has an installation package of its own, the monitoring agent, is now installed by the service GatewayProvisioning; when everything is met, the value State below HKLM\\SOFTWARE\\VISUS\\DICOM-Mail Gateway in the registry says verified.\r\n\r\nReports and log: D:\\VISUS\\state\\reports"),

        new("RemovedTitle", "Entfernt", "Removed"),
        new("RemovedText",
            "Was dieses Programm eingerichtet hatte, ist zurückgenommen. Bilder, Datenbank und Sicherungen bleiben, wenn Sie nicht ausdrücklich ihre Löschung verlangt haben. Auch der Monitoring-Agent bleibt; Sie entfernen ihn unter „Apps“.",
            "What this program had set up is taken back. Images, database and backups stay, unless you have asked in so many words that they be deleted. The monitoring agent stays too; you remove it in \"Apps\"."),

        new("FailedTitle", "Nicht eingerichtet", "Not set up"),
        new("FailedText",
            "Der Server ist, wie er vorher war. Der Grund wurde genannt; er steht auch im Bericht und im Protokoll:\r\n\r\nD:\\VISUS\\state\\reports\r\n\r\nBeheben Sie ihn und starten Sie dieses Programm noch einmal.",
            "The server is as it was before. The reason was given; it stands in the report and in the log too:\r\n\r\nD:\\VISUS\\state\\reports\r\n\r\nMend it and start this program again."),

        new("CancelledTitle", "Abgebrochen", "Cancelled"),
        new("CancelledText", "Die Installation wurde abgebrochen. Der Server ist, wie er vorher war.", "The installation was cancelled. The server is as it was before."),
        new("CancelText", "Wollen Sie die Installation abbrechen? Was bis jetzt geschah, wird zurückgenommen.", "Do you want to cancel the installation? What was done so far is taken back."),

        new("MaintenanceTitle", "Das Gateway ist eingerichtet", "The gateway is set up"),
        new("MaintenanceText",
            "Reparieren legt fehlende Programmdateien neu an und stellt her, was das Manifest beschreibt.\r\n\r\nEntfernen nimmt alles zurück, was dieses Programm eingerichtet hat. Bilder, Datenbank und Sicherungen bleiben.",
            "Repair lays missing program files down again and makes the manifest hold.\r\n\r\nRemove takes back everything that this program has set up. Images, database and backups stay."),
    ];
}
