namespace Gateway.Service.Auditing;

/// <summary>An audit message (PS3.15 section A.5.1). It may name a patient by number: it goes into the audit log and nowhere else.</summary>
internal sealed record AuditMessage
{
    /// <summary>What happened.</summary>
    public required AuditCode Event { get; init; }

    /// <summary>Which kind of it, or null.</summary>
    public AuditCode? Type { get; init; }

    /// <summary>Whether something was created, read, updated, deleted or executed.</summary>
    public required AuditAction Action { get; init; }

    /// <summary>How it ended.</summary>
    public AuditOutcome Outcome { get; init; }

    /// <summary>How, for people; null where there is nothing to say.</summary>
    public string? OutcomeDescription { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who took part.</summary>
    public required IReadOnlyList<AuditParticipant> Participants { get; init; }

    /// <summary>What it was about.</summary>
    public IReadOnlyList<AuditObject> Objects { get; init; } = [];
}

/// <summary>What was done with what a message is about; the first letter is the code.</summary>
internal enum AuditAction
{
    /// <summary>The receiver did not have it.</summary>
    Create,

    /// <summary>The receiver had it, or nobody knows.</summary>
    Read,

    /// <summary>A program or a system did something.</summary>
    Execute,
}

/// <summary>How an event ended; the number is the code.</summary>
internal enum AuditOutcome
{
    /// <summary>As it should.</summary>
    Success = 0,

    /// <summary>In part, or not at all, with somebody else's request.</summary>
    MinorFailure = 4,

    /// <summary>Not at all.</summary>
    SeriousFailure = 8,
}

/// <summary>A process or node that takes part (PS3.15 section A.5.2).</summary>
/// <param name="UserId">Its identity in the logs of its system.</param>
/// <param name="IsRequestor">Whether it began it.</param>
/// <param name="Role">Its role, or null.</param>
/// <param name="AeTitle">Its AE title, or null.</param>
/// <param name="Address">Its IP address or host name, or null.</param>
internal sealed record AuditParticipant(string UserId, bool IsRequestor, AuditCode? Role, string? AeTitle, string? Address);

/// <summary>What a message is about.</summary>
/// <param name="IdType">What kind of id it has.</param>
/// <param name="Id">The id.</param>
internal abstract record AuditObject(AuditCode IdType, string Id)
{
    /// <summary>A patient, by number and without a name.</summary>
    /// <param name="Number">Patient ID (0010,0020).</param>
    internal sealed record Patient(string Number) : AuditObject(AuditCode.PatientNumber, Number);

    /// <summary>A study, with how many instances of which SOP classes.</summary>
    /// <param name="Uid">Its study instance UID.</param>
    /// <param name="SopClasses">How many instances, by SOP class UID.</param>
    internal sealed record Study(string Uid, IReadOnlyDictionary<string, int> SopClasses) : AuditObject(AuditCode.StudyInstanceUid, Uid);

    /// <summary>A node that a security alert is about.</summary>
    /// <param name="Name">Its AE title or host name.</param>
    /// <param name="Alert">What was noticed.</param>
    internal sealed record Node(string Name, string Alert) : AuditObject(AuditCode.NodeId, Name);
}

/// <summary>Who reports.</summary>
/// <param name="Site">The site.</param>
/// <param name="Id">The reporting system.</param>
internal sealed record AuditSource(string Site, string Id);
