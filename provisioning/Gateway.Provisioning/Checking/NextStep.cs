namespace Gateway.Provisioning.Checking;

/// <summary>What to do about a check that is not well.</summary>
public static class NextStep
{
    private const string Prefix = "DICOM-Mail ";

    // The first whose words the name of the check begins with.
    private static readonly (string Check, string Step)[] Steps =
    [
        ("service", "Start the service; 'gwctl logs --level error' and the Application log (source DicomMailGateway) say why it does not."),
        ("emergencies", "At once: 'gwctl gateway queue' shows for whom they wait; call whoever is to get them."),
        ("queue", "'gwctl gateway queue' shows what waits and for whom, 'gwctl logs --level warning' why."),
        ("dead letters", "'gwctl gateway dead-letters' says which and why; after mending 'gwctl gateway resend --delivery N'."),
        ("database", "Start the database's service. Images pass meanwhile, and it catches up."),
        ("disk", "Make room or enlarge the drive. Emergencies still pass, down to the last reserve."),
        ("inbox", "'gwctl logs --level warning' says why mail cannot be opened; what lies aside is in mail\\refused."),
        ("unconfirmed", "'gwctl gateway trace --study UID' says what is known; call the partner."),
        ("partner", "'gwctl gateway test-partner --partner ID' tries the line now; 'gwctl partners list' shows the key."),
        ("keys", "'gwctl keys list' shows which; 'gwctl keys rotate' makes the next one of this gateway, a partner sends its own."),
        ("certificate", "'gwctl cert show', then 'gwctl cert renew'."),
        ("server", "'gwctl verify' says what stands between; the site's firewall people, then the network's operator, are to be asked."),
        ("report", "'gwctl report' makes one; whether the nightly task runs, 'gwctl verify' says."),
        ("backup", "'gwctl backup' takes one now and says what is wrong; backup.recoveryKey in the manifest seals it."),
    ];

    /// <summary>The step of a check; null where there is none.</summary>
    /// <param name="check">The check's name.</param>
    public static string? Of(string check) =>
        check.StartsWith(Prefix, StringComparison.Ordinal) ? Array.Find(Steps, step => check.AsSpan(Prefix.Length).StartsWith(step.Check)).Step : null;
}
