namespace Gateway.Service.Alarming;

/// <summary>A kind of alarm.</summary>
internal sealed class AlarmKind
{
    private readonly Action<ILogger, string, string, string, Exception?> logRaised;
    private readonly Action<ILogger, string, string, string, Exception?> logCleared;

    private AlarmKind(int number, AlarmSeverity severity)
    {
        (Code, Severity) = ($"GW{number}", severity);
        var level = severity switch
        {
            AlarmSeverity.Warning => LogLevel.Warning,
            AlarmSeverity.Error => LogLevel.Error,
            _ => LogLevel.Critical,
        };
        logRaised = LoggerMessage.Define<string, string, string>(level, new EventId(number, Code), "{Code} {Subject}: {Text}");
        logCleared = LoggerMessage.Define<string, string, string>(LogLevel.Information, new EventId(number, Code), "{Code} {Subject}: {Text}");
    }

    public static AlarmKind DeadLetter { get; } = new(8001, AlarmSeverity.Error);

    public static AlarmKind GivenUp { get; } = new(8002, AlarmSeverity.Error);

    public static AlarmKind EmergencyOverdue { get; } = new(8003, AlarmSeverity.Critical);

    public static AlarmKind OtherPixels { get; } = new(8004, AlarmSeverity.Error);

    public static AlarmKind DiskShort { get; } = new(8005, AlarmSeverity.Critical);

    public static AlarmKind DatabaseAway { get; } = new(8006, AlarmSeverity.Warning);

    public static AlarmKind LedgerDamaged { get; } = new(8007, AlarmSeverity.Error);

    public static AlarmKind LedgerNotWritable { get; } = new(8008, AlarmSeverity.Critical);

    public static AlarmKind AnswerOverdue { get; } = new(8009, AlarmSeverity.Error);

    public static AlarmKind EmergencyUnconfirmed { get; } = new(8010, AlarmSeverity.Critical);

    public static AlarmKind MailUnusable { get; } = new(8011, AlarmSeverity.Error);

    public static AlarmKind SetIncomplete { get; } = new(8012, AlarmSeverity.Error);

    public static AlarmKind SendingPaused { get; } = new(8013, AlarmSeverity.Critical);

    public static AlarmKind IdTableWrong { get; } = new(8014, AlarmSeverity.Error);

    public static AlarmKind RefusedThere { get; } = new(8015, AlarmSeverity.Error);

    public static AlarmKind SpoolNotWritable { get; } = new(8016, AlarmSeverity.Critical);

    public static AlarmKind CommitmentOverdue { get; } = new(8017, AlarmSeverity.Error);

    public static AlarmKind KeyEnds { get; } = new(8018, AlarmSeverity.Warning);

    /// <summary>The same, and soon.</summary>
    public static AlarmKind KeyEndsSoon { get; } = new(8018, AlarmSeverity.Error);

    public static AlarmKind CertificateEnds { get; } = new(8019, AlarmSeverity.Warning);

    public static AlarmKind CertificateEndsSoon { get; } = new(8019, AlarmSeverity.Error);

    public static AlarmKind CertificateMissing { get; } = new(8019, AlarmSeverity.Critical);

    public static AlarmKind ImagesUnusable { get; } = new(8023, AlarmSeverity.Error);

    public static AlarmKind MailWaits { get; } = new(8024, AlarmSeverity.Critical);

    public static AlarmKind DocumentInfected { get; } = new(8020, AlarmSeverity.Error);

    public static AlarmKind DocumentSetAside { get; } = new(8021, AlarmSeverity.Error);

    /// <summary>The code, which never changes. Its number is the event id of its log lines.</summary>
    public string Code { get; }

    /// <summary>How grave it is.</summary>
    public AlarmSeverity Severity { get; }

    /// <summary>Writes the log line of an alarm of this kind.</summary>
    public void Log(ILogger log, Alarm alarm) => (alarm.IsCleared ? logCleared : logRaised)(log, Code, alarm.Subject, alarm.Text, null);
}

/// <summary>How grave an alarm is.</summary>
internal enum AlarmSeverity
{
    /// <summary>Images come and go; something beside them does not.</summary>
    Warning,

    /// <summary>An image did not get where it belongs.</summary>
    Error,

    /// <summary>Somebody waits for an image now, or none comes in any more.</summary>
    Critical,
}

/// <summary>An alarm. It holds no patient data and no UID, since it leaves the machine in plain words.</summary>
/// <param name="Kind">What kind it is.</param>
/// <param name="Subject">What it is about: a target's id, an AE title, a part of the machine.</param>
/// <param name="Text">What happened, for people.</param>
/// <param name="At">When.</param>
/// <param name="IsCleared">Whether it is over.</param>
internal sealed record Alarm(AlarmKind Kind, string Subject, string Text, DateTimeOffset At, bool IsCleared);
