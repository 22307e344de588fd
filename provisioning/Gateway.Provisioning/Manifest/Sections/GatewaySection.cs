using System.ComponentModel.DataAnnotations;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest.Sections;

/// <summary>The gateway service.</summary>
public sealed record GatewaySection
{
    /// <summary>The Windows service's name; its virtual account is <c>NT SERVICE\name</c>.</summary>
    [RegularExpression("^[A-Za-z][A-Za-z0-9]{0,63}$")]
    public string ServiceName { get; init; } = "DicomMailGateway";

    /// <summary>The AE title that the PACS sends to.</summary>
    public required AeTitle AeTitle { get; init; }

    /// <summary>The DICOM port.</summary>
    [Range(1, 65535)]
    public int DicomPort { get; init; } = 11112;

    /// <summary>The loopback port of the health address.</summary>
    [Range(1, 65535)]
    public int HealthPort { get; init; } = 8480;

    /// <summary>How callers' connections are encrypted; in the clear where nothing is said.</summary>
    public DicomTls? Tls { get; init; }

    /// <summary>Who may send: AE title and addresses. An empty list admits nobody.</summary>
    public IReadOnlyList<Caller> Callers { get; init; } = [];

    /// <summary>Where the installer lays program versions side by side.</summary>
    public WindowsPath ProgramFolder { get; init; } = WindowsPath.Of(@"D:\VISUS\gateway");

    /// <summary>Where received images lie.</summary>
    public WindowsPath ImageFolder { get; init; } = WindowsPath.Of(@"E:\VISUS\images");

    /// <summary>Where the ledger lies.</summary>
    public WindowsPath DataFolder { get; init; } = WindowsPath.Of(@"D:\VISUS\data");

    /// <summary>Where logs lie.</summary>
    public WindowsPath LogFolder { get; init; } = WindowsPath.Of(@"D:\VISUS\logs");

    /// <summary>Where the rendered configuration lies.</summary>
    public WindowsPath ConfigFolder { get; init; } = WindowsPath.Of(@"D:\VISUS\config");

    /// <summary>The longest PDU that is announced and accepted, in bytes (PS3.8 section D.1).</summary>
    [Range(4096, 1048576)]
    public int MaximumPduBytes { get; init; } = 131072;

    /// <summary>The largest object that is accepted.</summary>
    public ByteSize MaximumObject { get; init; } = ByteSize.Of("8 GB");

    /// <summary>How many associations are served at once.</summary>
    [Range(1, 1024)]
    public int MaximumAssociations { get; init; } = 64;

    /// <summary>After this many seconds of silence an association is ended.</summary>
    [Range(5, 3600)]
    public int IdleTimeoutSeconds { get; init; } = 60;

    /// <summary>Application entities of the site that images can be sent to, such as the PACS.</summary>
    public IReadOnlyList<DicomTarget> Targets { get; init; } = [];

    /// <summary>The sites that images are exchanged with.</summary>
    public IReadOnlyList<Partner> Partners { get; init; } = [];

    /// <summary>Where images go; the first route that fits decides.</summary>
    public IReadOnlyList<Route> Routes { get; init; } = [];

    /// <summary>AE titles whose images overtake everything else, or wait behind it.</summary>
    public Priorities Priorities { get; init; } = new();

    /// <summary>When what has arrived of a study is sent.</summary>
    public Completion Completion { get; init; } = new();

    /// <summary>When a failed delivery is tried again.</summary>
    public Retry Retry { get; init; } = new();

    /// <summary>How much of the image drive is kept free.</summary>
    public DiskReserve DiskReserve { get; init; } = new();

    /// <summary>The audit log.</summary>
    public Audit Audit { get; init; } = new();

    /// <summary>When the site is alarmed, and where; nowhere unless something is named.</summary>
    public Alarms Alarms { get; init; } = new();
}

/// <summary>The audit log (DICOM PS3.15 section A.5). It names patients by number.</summary>
public sealed record Audit
{
    /// <summary>Its folder; below the log folder unless one is named.</summary>
    public WindowsPath? Folder { get; init; }

    /// <summary>How long its files are kept, in days.</summary>
    [Range(1, 3650)]
    public int RetainDays { get; init; } = 365;

    /// <summary>A syslog server that gets audit messages and alarms too, over TLS (RFC 5425); or none.</summary>
    public SyslogServer? Syslog { get; init; }
}

/// <summary>A syslog server.</summary>
public sealed record SyslogServer
{
    /// <summary>Its host name or address, which its certificate bears.</summary>
    public required HostName Host { get; init; }

    /// <summary>Its TCP port.</summary>
    [Range(1, 65535)]
    public int Port { get; init; } = 6514;

    /// <summary>The file with the authority of its certificate, PEM; those of the machine unless one is named.</summary>
    public WindowsPath? AuthorityFile { get; init; }
}

/// <summary>When the site is alarmed, and where. No alarm holds patient data or a UID.</summary>
public sealed record Alarms
{
    /// <summary>After how many minutes in the queue an emergency is overdue.</summary>
    [Range(1, 1440)]
    public int EmergencyMinutes { get; init; } = 15;

    /// <summary>For how many minutes the same alarm about the same subject is told once only.</summary>
    [Range(1, 10080)]
    public int QuietMinutes { get; init; } = 60;

    /// <summary>A mail server of the site that alarms are sent through; or none.</summary>
    public AlarmMail? Mail { get; init; }

    /// <summary>A web address that alarms are posted to as JSON; or none.</summary>
    public AlarmWebhook? Webhook { get; init; }
}

/// <summary>A mail server for alarms.</summary>
public sealed record AlarmMail
{
    /// <summary>Its host name or address.</summary>
    public required HostName Host { get; init; }

    /// <summary>Its TCP port.</summary>
    [Range(1, 65535)]
    public int Port { get; init; } = 25;

    /// <summary>Whether nothing is sent without STARTTLS.</summary>
    public bool StartTls { get; init; } = true;

    /// <summary>The file with the authority of its certificate, PEM; those of the machine unless one is named.</summary>
    public WindowsPath? AuthorityFile { get; init; }

    /// <summary>The sender's mail address.</summary>
    [RegularExpression(@"^[^@\s]{1,64}@[A-Za-z0-9.-]{1,253}$")]
    public required string From { get; init; }

    /// <summary>The mail addresses of who is alarmed.</summary>
    [Length(1, 16)]
    public required IReadOnlyList<string> To { get; init; }
}

/// <summary>A web address for alarms.</summary>
public sealed record AlarmWebhook
{
    /// <summary>The address, http or https.</summary>
    [RegularExpression(@"^https?://[^\s]{1,2000}$")]
    public required string Url { get; init; }

    /// <summary>The file with the bearer token that it wants to see; or none.</summary>
    public WindowsPath? TokenFile { get; init; }
}

/// <summary>An application entity of the site that images can be sent to by C-STORE.</summary>
public sealed record DicomTarget
{
    /// <summary>Names it in routes and reports.</summary>
    public required ItemId Id { get; init; }

    /// <summary>Its AE title.</summary>
    public required AeTitle AeTitle { get; init; }

    /// <summary>Its host name or address.</summary>
    public required HostName Host { get; init; }

    /// <summary>Its port.</summary>
    [Range(1, 65535)]
    public int Port { get; init; } = 104;

    /// <summary>What is put before the patient id (0010,0020) in the copy that is sent, so that numbers of two houses do not collide; or nothing.</summary>
    [RegularExpression(@"^[\x20-\x5b\x5d-\x7e]{0,32}$")]
    public string PatientIdPrefix { get; init; } = "";

    /// <summary>The issuer of the patient id (0010,0021) in the copy that is sent; or as it was.</summary>
    [RegularExpression(@"^[\x20-\x5b\x5d-\x7e]{0,64}$")]
    public string PatientIdIssuer { get; init; } = "";

    /// <summary>What is put before the accession number (0008,0050) in the copy that is sent; or nothing.</summary>
    [RegularExpression(@"^[\x20-\x5b\x5d-\x7e]{0,8}$")]
    public string AccessionPrefix { get; init; } = "";

    /// <summary>The issuer of the accession number (0008,0051) in the copy that is sent; or as it was.</summary>
    [RegularExpression(@"^[\x20-\x5b\x5d-\x7e]{0,64}$")]
    public string AccessionIssuer { get; init; } = "";

    /// <summary>The table that the patient id is looked up in: UTF-8, a first line "from,to" or "from;to", then an id and its new one a line. It is read again when it changes.</summary>
    public WindowsPath? PatientIdTable { get; init; }

    /// <summary>The table that the accession number is looked up in, of the same form.</summary>
    public WindowsPath? AccessionTable { get; init; }

    /// <summary>What becomes of an image whose id a table lacks.</summary>
    public UnmappedIds Unmapped { get; init; } = UnmappedIds.DeadLetter;

    /// <summary>
    /// Whether images count as delivered only when the target has committed itself to keep them (storage commitment, DICOM PS3.4 annex J). A target
    /// that reports on an association of its own must be a caller too.
    /// </summary>
    public bool StorageCommitment { get; init; }

    /// <summary>How long the target may take to report whether it keeps them, in minutes; then it is asked again.</summary>
    [Range(1, 10080)]
    public int CommitmentMinutes { get; init; } = 60;

    /// <summary>How its connections are encrypted; in the clear where nothing is said.</summary>
    public DicomTls? Tls { get; init; }

    /// <summary>The user that it is told (user identity, PS3.7 annex D.3.3.7); or none.</summary>
    [RegularExpression(@"^[\x20-\x7e]{1,64}$")]
    public string? UserName { get; init; }

    /// <summary>The user's passcode; the name alone where there is none. Without TLS it goes over the line in the clear.</summary>
    public SecretReference? Passcode { get; init; }

    /// <summary>How many operations may be under way at once on an association (asynchronous operations window, PS3.7 annex D.3.3.3); 1 is one after the other.</summary>
    [Range(1, 64)]
    public int MaximumOperations { get; init; } = 1;
}

/// <summary>What becomes of an image whose id a table lacks.</summary>
public enum UnmappedIds
{
    /// <summary>It is not sent: a dead letter that names the table.</summary>
    DeadLetter,

    /// <summary>It goes with the prefix, of which there must be one.</summary>
    Prefix,
}

/// <summary>When what has arrived of a study is sent. DICOM has no word for "that was all": silence has to do.</summary>
public sealed record Completion
{
    /// <summary>The silence after which a series is sent, in seconds; 0 sends whole studies only.</summary>
    [Range(0, 86400)]
    public int SeriesSeconds { get; init; } = 60;

    /// <summary>The silence after which a study is sent, in seconds.</summary>
    [Range(1, 86400)]
    public int StudySeconds { get; init; } = 120;

    /// <summary>How long an image waits at most, whatever still arrives, in seconds.</summary>
    [Range(1, 86400)]
    public int ForcedSeconds { get; init; } = 900;

    /// <summary>How many images of an emergency are sent together, while more arrive.</summary>
    [Range(1, 1000)]
    public int EmergencyInstances { get; init; } = 25;

    /// <summary>How long an image of an emergency waits for others, in milliseconds.</summary>
    [Range(0, 60000)]
    public int EmergencyMilliseconds { get; init; } = 500;
}

/// <summary>When a failed delivery is tried again: after twice as long each time.</summary>
public sealed record Retry
{
    /// <summary>After the first failure, in seconds.</summary>
    [Range(1, 3600)]
    public int FirstSeconds { get; init; } = 10;

    /// <summary>The longest wait, in seconds.</summary>
    [Range(1, 86400)]
    public int LongestSeconds { get; init; } = 600;

    /// <summary>When a delivery is given up and becomes a dead letter, in hours.</summary>
    [Range(1, 8760)]
    public int GiveUpHours { get; init; } = 72;
}

/// <summary>How much of the image drive is kept free, so that images are refused in words that the PACS understands before the disk is full.</summary>
public sealed record DiskReserve
{
    /// <summary>Below this much free space nothing but emergencies is taken.</summary>
    public ByteSize Emergencies { get; init; } = ByteSize.Of("20 GB");

    /// <summary>Below this much free space nothing at all is taken.</summary>
    public ByteSize Floor { get; init; } = ByteSize.Of("2 GB");
}

/// <summary>The certificates of a DICOM connection (PS3.15 annex B, BCP 195 profile). The authorities of the machine do not count.</summary>
public sealed record DicomTls
{
    /// <summary>The file with the authorities of peers, PEM.</summary>
    public required WindowsPath AuthorityFile { get; init; }

    /// <summary>The file with our certificate, PEM or PFX; or the machine's store holds it, or a target wants none.</summary>
    public WindowsPath? CertificateFile { get; init; }

    /// <summary>The file with its key, PEM; or the certificate's file holds it.</summary>
    public WindowsPath? KeyFile { get; init; }

    /// <summary>The password of the key; or it has none.</summary>
    public SecretReference? KeyPassword { get; init; }

    /// <summary>A part of the subject of our certificate in the machine's store; or a file holds it.</summary>
    [RegularExpression(@"^[\x20-\x7e]{1,128}$")]
    public string? CertificateSubject { get; init; }

    /// <summary>Listener: callers must show a certificate. Target: its certificate must bear its host.</summary>
    public bool CheckPeer { get; init; } = true;
}

/// <summary>A peer that may send.</summary>
public sealed record Caller
{
    /// <summary>Its AE title.</summary>
    public required AeTitle AeTitle { get; init; }

    /// <summary>Its addresses.</summary>
    [Length(1, 64)]
    public required IReadOnlyList<AddressRange> Addresses { get; init; }

    /// <summary>The user that it must say it is (user identity, PS3.7 annex D.3.3.7); or anybody.</summary>
    [RegularExpression(@"^[\x20-\x7e]{1,64}$")]
    public string? UserName { get; init; }

    /// <summary>The user's passcode; the name alone where there is none. Without TLS it goes over the line in the clear.</summary>
    public SecretReference? Passcode { get; init; }

    /// <summary>How many operations may be under way at once on an association (asynchronous operations window, PS3.7 annex D.3.3.3); 1 is one after the other.</summary>
    [Range(1, 64)]
    public int MaximumOperations { get; init; } = 1;
}

/// <summary>A site that images are exchanged with.</summary>
public sealed record Partner
{
    /// <summary>Names the partner in routes and reports.</summary>
    public required ItemId Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its mail address in the network.</summary>
    [RegularExpression(@"^[^@\s]{1,64}@[A-Za-z0-9.-]{1,253}$")]
    public required string MailAddress { get; init; }

    /// <summary>The virtual AE title that sends to it, or none.</summary>
    public AeTitle? VirtualAeTitle { get; init; }
}

/// <summary>How urgent images are.</summary>
public enum Priority
{
    /// <summary>As they come.</summary>
    Normal,

    /// <summary>Overtakes everything else.</summary>
    Emergency,

    /// <summary>Waits behind everything else.</summary>
    Bulk,
}

/// <summary>Where images go.</summary>
public sealed record Route
{
    /// <summary>Names the route.</summary>
    public required ItemId Id { get; init; }

    /// <summary>The AE title that the images were sent to, or any.</summary>
    public AeTitle? CalledAeTitle { get; init; }

    /// <summary>The AE title that sent the images, or any.</summary>
    public AeTitle? CallingAeTitle { get; init; }

    /// <summary>What the description of study or series contains, whatever its case, with * and ? as in file names; or anything.</summary>
    [RegularExpression("^.{1,64}$")]
    public string? Description { get; init; }

    /// <summary>The body part examined (PS3.3 section C.7.3.1.1.1), or any.</summary>
    [RegularExpression("^[A-Z0-9_ ]{1,16}$")]
    public string? BodyPart { get; init; }

    /// <summary>From this local time of day on (HH:mm), or from midnight.</summary>
    [RegularExpression("^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    public string? From { get; init; }

    /// <summary>Before this local time of day (HH:mm), or midnight; where it lies before the beginning, over midnight; where it is the same, all day.</summary>
    [RegularExpression("^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    public string? Until { get; init; }

    /// <summary>The modality (PS3.3 section C.7.3.1.1.1), or any.</summary>
    [RegularExpression("^[A-Z0-9_ ]{1,16}$")]
    public string? Modality { get; init; }

    /// <summary>The partners and targets that the images go to, by id.</summary>
    [Length(1, 32)]
    public required IReadOnlyList<ItemId> To { get; init; }

    /// <summary>How urgent they are.</summary>
    public Priority Priority { get; init; } = Priority.Normal;
}

/// <summary>AE titles with a priority of their own.</summary>
public sealed record Priorities
{
    /// <summary>The virtual AE title of emergencies, or none.</summary>
    public AeTitle? EmergencyAeTitle { get; init; }

    /// <summary>The virtual AE title of bulk transfers, or none.</summary>
    public AeTitle? BulkAeTitle { get; init; }
}
