using System.ComponentModel.DataAnnotations;

namespace Gateway.Provisioning.Manifest.Sections;

/// <summary>When the checks that monitoring is told warn, and when they are critical.</summary>
public sealed record Thresholds
{
    /// <summary>An emergency waits to be sent, in minutes.</summary>
    public Limit EmergencyMinutes { get; init; } = new() { Warn = 2, Critical = 10 };

    /// <summary>Anything else waits to be sent, in minutes.</summary>
    public Limit QueueMinutes { get; init; } = new() { Warn = 60, Critical = 240 };

    /// <summary>A mail that was fetched waits to be opened, in minutes.</summary>
    public Limit InboxMinutes { get; init; } = new() { Warn = 15, Critical = 60 };

    /// <summary>Images that will not be sent again by themselves. One of an emergency is critical.</summary>
    public Limit DeadLetters { get; init; } = new() { Warn = 1, Critical = 100 };

    /// <summary>Messages whose arrival is not known and should be by now. One of an emergency is critical.</summary>
    public Limit Unconfirmed { get; init; } = new() { Warn = 1, Critical = 50 };

    /// <summary>Since a partner last signed that it has images, in hours: the line to it is tried once a day.</summary>
    public Limit ProofHours { get; init; } = new() { Warn = 50, Critical = 98 };

    /// <summary>Lines of the ledger that the database does not have yet.</summary>
    public Limit DatabaseLines { get; init; } = new() { Warn = 10000, Critical = 1000000 };

    /// <summary>The age of the last good backup, in hours.</summary>
    public Limit BackupHours { get; init; } = new() { Warn = 26, Critical = 50 };

    /// <summary>The age of the newest compliance report, in hours: one is made every night.</summary>
    public Limit ReportHours { get; init; } = new() { Warn = 26, Critical = 50 };

    /// <summary>A certificate ends, this site's or a mail server's, in days.</summary>
    public Limit CertificateDays { get; init; } = new() { Warn = 60, Critical = 14 };

    /// <summary>An OpenPGP key ends, this gateway's or a partner's, in days.</summary>
    public Limit KeyDays { get; init; } = new() { Warn = 60, Critical = 14 };

    /// <summary>What is free of a drive, in percent.</summary>
    public Limit FreePercent { get; init; } = new() { Warn = 20, Critical = 10 };

    /// <summary>A drive is full if it goes on filling as it does, in days.</summary>
    public Limit DaysUntilFull { get; init; } = new() { Warn = 14, Critical = 3 };

    /// <summary>Each with its name in the manifest, and whether more is worse or less.</summary>
    internal IEnumerable<(string Name, Limit Limit, bool MoreIsWorse)> All() =>
    [
        ("emergencyMinutes", EmergencyMinutes, true),
        ("queueMinutes", QueueMinutes, true),
        ("inboxMinutes", InboxMinutes, true),
        ("deadLetters", DeadLetters, true),
        ("unconfirmed", Unconfirmed, true),
        ("proofHours", ProofHours, true),
        ("databaseLines", DatabaseLines, true),
        ("backupHours", BackupHours, true),
        ("reportHours", ReportHours, true),
        ("certificateDays", CertificateDays, false),
        ("keyDays", KeyDays, false),
        ("freePercent", FreePercent, false),
        ("daysUntilFull", DaysUntilFull, false),
    ];
}

/// <summary>Two limits of a figure.</summary>
public sealed record Limit
{
    /// <summary>Where a check warns.</summary>
    [Range(0, 1_000_000_000)]
    public required int Warn { get; init; }

    /// <summary>Where it is critical.</summary>
    [Range(0, 1_000_000_000)]
    public required int Critical { get; init; }
}
