using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Gateway.Service.Configuration;

/// <summary>The configuration file: the only thing that configures the service. Provisioning renders it from the manifest.</summary>
[Description(
    "The configuration of the gateway service, and the only thing that configures it. Provisioning renders it from the manifest.")]
internal sealed record ServiceConfiguration
{
    [Description("The version of this format: 1.")]
    [Range(1, 1)]
    public required int FormatVersion { get; init; }

    [Description("The site's name, for people.")]
    public required string Site { get; init; }

    [Description("The DICOM listener.")]
    public required DicomSection Dicom { get; init; }

    [Description("Where received objects are kept, and how much of the disk they may take.")]
    public required SpoolSection Spool { get; init; }

    [Description("The database: an index of spool and ledger.")]
    public required IndexSection Index { get; init; }

    [Description("Where images can be sent.")]
    public required TargetsSection Targets { get; init; }

    [Description("Where images go; the first route that fits decides.")]
    public required IReadOnlyList<RouteSection> Routes { get; init; }

    [Description("The mail that partners are reached by.")]
    public required MailSection Mail { get; init; }

    [Description("When what has arrived of a study is sent.")]
    public required CompletionSection Completion { get; init; }

    [Description("When a failed delivery is tried again.")]
    public required RetrySection Retry { get; init; }

    [Description("Where the service tells how it is.")]
    public required HealthSection Health { get; init; }

    [Description("The service's logs.")]
    public required LogSection Logs { get; init; }

    [Description("The audit log (DICOM PS3.15 section A.5). It names patients by number.")]
    public required AuditSection Audit { get; init; }

    [Description("A syslog server that gets audit messages and alarms too, over TLS.")]
    public required SyslogSection Syslog { get; init; }

    [Description("When the site is alarmed, and where. No alarm holds patient data or a UID.")]
    public required AlarmSection Alarms { get; init; }
}

/// <summary>The DICOM listener.</summary>
internal sealed record DicomSection
{
    [Description("The AE title that peers must call: 1 to 16 printable ASCII characters without backslash.")]
    public required string AeTitle { get; init; }

    [Description("The IP address to listen on; 0.0.0.0 is every one.")]
    public required string BindAddress { get; init; }

    [Description("The TCP port.")]
    [Range(1, 65535)]
    public required int Port { get; init; }

    [Description("The longest P-DATA-TF that is announced and taken, in bytes. A longer one aborts the association.")]
    [Range(4096, 1048576)]
    public required int MaximumPduBytes { get; init; }

    [Description("The longest data set that is taken, in bytes. A longer one is refused with status A700.")]
    [Range(1024.0, 1099511627776.0)]
    public required long MaximumObjectBytes { get; init; }

    [Description("How many associations are open at once. One more is rejected, for now.")]
    [Range(1, 1024)]
    public required int MaximumAssociations { get; init; }

    [Description("The longest silence of a peer, in seconds.")]
    [Range(1, 3600)]
    public required int IdleTimeoutSeconds { get; init; }

    [Description("How connections are encrypted (DICOM TLS, BCP 195 profile). With no authority they are in the clear.")]
    public required TlsSection Tls { get; init; }

    [Description("Who may call. An empty list is nobody.")]
    public required IReadOnlyList<CallerSection> Callers { get; init; }

    [Description("The AE title that emergencies are sent to; empty for none.")]
    public required string EmergencyAeTitle { get; init; }

    [Description("The AE title that bulk transfers are sent to; empty for none.")]
    public required string BulkAeTitle { get; init; }
}

/// <summary>One application entity that may call.</summary>
internal sealed record CallerSection
{
    [Description("Its AE title.")]
    public required string AeTitle { get; init; }

    [Description("Where it may call from: IP addresses, and networks such as 10.0.0.0/8.")]
    public required IReadOnlyList<string> Addresses { get; init; }

    [Description("The user that it must say it is (user identity); empty: anybody.")]
    public required string UserName { get; init; }

    [Description("The file with the user's passcode, an absolute Windows path; one that ends in .dpapi is decrypted for this machine. Empty: the name alone.")]
    public required string PasscodeFile { get; init; }

    [Description("How many operations may be under way at once on an association (asynchronous operations window); 1 is one after the other.")]
    [Range(1, 64)]
    public required int MaximumOperations { get; init; }
}

/// <summary>The certificates of a DICOM connection.</summary>
internal sealed record TlsSection
{
    [Description("The file with our certificate, PEM or PFX, an absolute Windows path; empty where the machine's store holds it.")]
    public required string CertificateFile { get; init; }

    [Description("The file with its key, PEM; empty where the certificate's file holds it.")]
    public required string KeyFile { get; init; }

    [Description("The file with the password of the key; one that ends in .dpapi is decrypted for this machine. Empty for none.")]
    public required string KeyPasswordFile { get; init; }

    [Description("A part of the subject of our certificate in the machine's store; empty where a file holds it.")]
    public required string CertificateSubject { get; init; }

    [Description("The file with the authorities of peers, PEM, an absolute Windows path; empty: no TLS.")]
    public required string AuthorityFile { get; init; }

    [Description("Listener: callers must show a certificate. Target: its certificate must bear its host.")]
    public required bool CheckPeer { get; init; }
}

/// <summary>Where received objects are kept.</summary>
internal sealed record SpoolSection
{
    [Description("The folder, an absolute Windows path. It must be there.")]
    public required string Folder { get; init; }

    [Description("Below this much free space nothing but emergencies is taken, in bytes.")]
    [Range(0.0, 1099511627776.0)]
    public required long EmergencyReserveBytes { get; init; }

    [Description("Below this much free space nothing at all is taken, in bytes.")]
    [Range(0.0, 1099511627776.0)]
    public required long FloorBytes { get; init; }

    [Description("How long an object is kept after it was received, once all its targets have it, in hours.")]
    [Range(0, 87600)]
    public required int KeepDeliveredHours { get; init; }

    [Description("How long an object is kept at most, delivered or not, in days.")]
    [Range(1, 3650)]
    public required int KeepAtMostDays { get; init; }
}

/// <summary>The database.</summary>
internal sealed record IndexSection
{
    [Description("The database: sqlite, or mariadb.")]
    [AllowedValues("sqlite", "mariadb")]
    public required string Provider { get; init; }

    [Description("SQLite's file, an absolute Windows path; its folder must be there, the file is made. With mariadb a rehearsal uses it, which has no server.")]
    public required string File { get; init; }

    [Description("MariaDB: the server's address. SQLite: empty.")]
    public required string Server { get; init; }

    [Description("MariaDB: its port. SQLite: 0.")]
    [Range(0, 65535)]
    public required int Port { get; init; }

    [Description("MariaDB: the database. SQLite: empty.")]
    public required string Database { get; init; }

    [Description("MariaDB: the account. SQLite: empty.")]
    public required string User { get; init; }

    [Description("MariaDB: the file that holds the account's password, an absolute Windows path; one that ends in .dpapi is decrypted for this machine. Empty: the account has none.")]
    public required string PasswordFile { get; init; }
}

/// <summary>Where images can be sent.</summary>
internal sealed record TargetsSection
{
    [Description("Application entities of the site, such as the PACS.")]
    public required IReadOnlyList<DicomTargetSection> Dicom { get; init; }

    [Description("Partners of the network.")]
    public required IReadOnlyList<PartnerSection> Partners { get; init; }
}

/// <summary>An application entity that images are sent to by C-STORE.</summary>
internal sealed record DicomTargetSection
{
    [Description("Names it in routes.")]
    public required string Id { get; init; }

    [Description("Its AE title.")]
    public required string AeTitle { get; init; }

    [Description("Its IP address or name.")]
    public required string Host { get; init; }

    [Description("Its TCP port.")]
    [Range(1, 65535)]
    public required int Port { get; init; }

    [Description("What is put before the patient id (0010,0020) in the copy that is sent; empty for nothing.")]
    public required string PatientIdPrefix { get; init; }

    [Description("The issuer of the patient id (0010,0021) in the copy that is sent; empty leaves it.")]
    public required string PatientIdIssuer { get; init; }

    [Description("What is put before the accession number (0008,0050) in the copy that is sent; empty for nothing.")]
    public required string AccessionPrefix { get; init; }

    [Description("The issuer of the accession number (0008,0051) in the copy that is sent; empty leaves it.")]
    public required string AccessionIssuer { get; init; }

    [Description("The table that the patient id is looked up in, an absolute Windows path: UTF-8, a first line from,to or from;to, then an id and its new one a line. Empty for none.")]
    public required string PatientIdTable { get; init; }

    [Description("The table that the accession number is looked up in; empty for none.")]
    public required string AccessionTable { get; init; }

    [Description("What becomes of an image whose id a table lacks: deadLetter, or prefix: it goes with the prefix, of which there must be one.")]
    [AllowedValues("deadLetter", "prefix")]
    public required string Unmapped { get; init; }

    [Description("Whether images count as delivered only when the target has committed itself to keep them (storage commitment, PS3.4 annex J).")]
    public required bool StorageCommitment { get; init; }

    [Description("How long the target may take to report whether it keeps them, in minutes; then it is asked again.")]
    [Range(1, 10080)]
    public required int CommitmentMinutes { get; init; }

    [Description("How its connections are encrypted. With no authority they are in the clear.")]
    public required TlsSection Tls { get; init; }

    [Description("The user that it is told (user identity); empty: none.")]
    public required string UserName { get; init; }

    [Description("The file with the user's passcode, an absolute Windows path; one that ends in .dpapi is decrypted for this machine. Empty: the name alone.")]
    public required string PasscodeFile { get; init; }

    [Description("How many operations may be under way at once on an association (asynchronous operations window); 1 is one after the other.")]
    [Range(1, 64)]
    public required int MaximumOperations { get; init; }
}

/// <summary>A partner of the network.</summary>
internal sealed record PartnerSection
{
    [Description("Names it in routes.")]
    public required string Id { get; init; }

    [Description("The AE title whose images go to it, whatever the routes say; empty for none.")]
    public required string VirtualAeTitle { get; init; }
}

/// <summary>The mail that partners are reached by.</summary>
internal sealed record MailSection
{
    [Description("servers: SMTP and POP3S. folder: files in a folder, for a site behind a gap. none: partners are not reached.")]
    [AllowedValues("servers", "folder", "none")]
    public required string Transport { get; init; }

    [Description("This gateway's mail address in the network; empty with none.")]
    public required string Address { get; init; }

    [Description("The name of its mailbox on the servers; empty: its address.")]
    public required string Account { get; init; }

    [Description("The folder in which each address has a folder of its own, an absolute Windows path; empty with servers.")]
    public required string Folder { get; init; }

    [Description("The mail servers of the network.")]
    public required IReadOnlyList<MailServerSection> Servers { get; init; }

    [Description("SHA-256 of the certificate of the network's authority, 64 hexadecimal characters; empty: nothing is trusted, and nothing is sent.")]
    public required string AuthoritySha256 { get; init; }

    [Description("The file with the certificate of the network's authority, PEM, an absolute Windows path; empty where the servers send it.")]
    public required string AuthorityFile { get; init; }

    [Description("Whether the authority's lists are asked for certificates that it has taken back. off: nobody is asked. online: its list or OCSP server is, over HTTP, as the certificates name it; one that cannot be had refuses nobody.")]
    [AllowedValues("off", "online")]
    public required string Revocation { get; init; }

    [Description("A part of the subject of this site's certificate in the machine's store; empty where a file holds it.")]
    public required string CertificateSubject { get; init; }

    [Description("The file with this site's certificate and its key, PEM or PFX, an absolute Windows path; empty where the machine's store holds it.")]
    public required string CertificateFile { get; init; }

    [Description("How often each mailbox is asked for mail, in seconds.")]
    [Range(1, 15)]
    public required int PollSeconds { get; init; }

    [Description("The local time of day at which the line to each partner is checked with a synthetic image (DIN 6868-159), HH:mm; empty for never.")]
    public required string CheckAt { get; init; }

    [Description("The folder with this gateway's keys and its partners', an absolute Windows path. It is made where needed.")]
    public required string KeysFolder { get; init; }

    [Description("The folder with the partner directory, an absolute Windows path. It is made where needed.")]
    public required string PartnersFolder { get; init; }

    [Description("The folder in which the virus scanner looks at documents of partners, an absolute Windows path: one that it is not told to leave alone.")]
    public required string ScanFolder { get; init; }

    [Description("The program that scans a document, and its arguments; the file is the last. It ends with 0 where the file is clean, with 1 where it is infected. None: Microsoft Defender.")]
    public required IReadOnlyList<string> ScanCommand { get; init; }
}

/// <summary>A mail server of the network.</summary>
internal sealed record MailServerSection
{
    [Description("Its host name: that to which its certificate is issued.")]
    public required string Host { get; init; }

    [Description("The port of SMTP with STARTTLS.")]
    [Range(1, 65535)]
    public required int SmtpPort { get; init; }

    [Description("The port of POP3 over TLS.")]
    [Range(1, 65535)]
    public required int Pop3sPort { get; init; }

    [Description("The IP address at which it is; empty: what its name resolves to.")]
    public required string Address { get; init; }
}

/// <summary>Where images go. A condition that is empty fits everything.</summary>
internal sealed record RouteSection
{
    [Description("Names it.")]
    public required string Id { get; init; }

    [Description("The AE title that was called.")]
    public required string CalledAeTitle { get; init; }

    [Description("The AE title that called.")]
    public required string CallingAeTitle { get; init; }

    [Description("The modality (0008,0060).")]
    public required string Modality { get; init; }

    [Description("What the study or series description contains, whatever its case; * and ? as in file names.")]
    public required string Description { get; init; }

    [Description("The body part examined (0018,0015).")]
    public required string BodyPart { get; init; }

    [Description("From this local time of day on, HH:mm; empty: 00:00.")]
    public required string From { get; init; }

    [Description("Before this local time of day, HH:mm; where it lies before from, over midnight; where it is the same, all day. Empty: 00:00.")]
    public required string Until { get; init; }

    [Description("The ids of the targets.")]
    public required IReadOnlyList<string> To { get; init; }

    [Description("How urgent the images are.")]
    [AllowedValues("normal", "emergency", "bulk")]
    public required string Priority { get; init; }
}

/// <summary>When what has arrived of a study is sent.</summary>
internal sealed record CompletionSection
{
    [Description("The silence after which a series is sent, in seconds; 0: only whole studies are.")]
    [Range(0, 86400)]
    public required int SeriesSeconds { get; init; }

    [Description("The silence after which a study is sent, in seconds.")]
    [Range(1, 86400)]
    public required int StudySeconds { get; init; }

    [Description("How long an image waits at most, whatever still arrives, in seconds.")]
    [Range(1, 86400)]
    public required int ForcedSeconds { get; init; }

    [Description("How many images of an emergency are sent together.")]
    [Range(1, 1000)]
    public required int EmergencyInstances { get; init; }

    [Description("How long an image of an emergency waits for others, in milliseconds.")]
    [Range(0, 60000)]
    public required int EmergencyMilliseconds { get; init; }
}

/// <summary>When a failed delivery is tried again: after twice as long each time, with a little chance.</summary>
internal sealed record RetrySection
{
    [Description("After the first failure, in seconds.")]
    [Range(1, 3600)]
    public required int FirstSeconds { get; init; }

    [Description("The longest wait, in seconds.")]
    [Range(1, 86400)]
    public required int LongestSeconds { get; init; }

    [Description("When a delivery is given up and becomes a dead letter, in hours since it was queued.")]
    [Range(1, 8760)]
    public required int GiveUpHours { get; init; }
}

/// <summary>Where the service tells how it is.</summary>
internal sealed record HealthSection
{
    [Description("A loopback IP address.")]
    public required string Address { get; init; }

    [Description("The TCP port.")]
    [Range(1, 65535)]
    public required int Port { get; init; }
}

/// <summary>The service's logs.</summary>
internal sealed record LogSection
{
    [Description("The folder, an absolute Windows path. It must be there.")]
    public required string Folder { get; init; }

    [Description("How long log files are kept, in days.")]
    [Range(1, 3650)]
    public required int RetainDays { get; init; }
}

/// <summary>The audit log.</summary>
internal sealed record AuditSection
{
    [Description("The folder, an absolute Windows path. It is made where needed.")]
    public required string Folder { get; init; }

    [Description("How long audit files are kept, in days.")]
    [Range(1, 3650)]
    public required int RetainDays { get; init; }
}

/// <summary>A syslog server.</summary>
internal sealed record SyslogSection
{
    [Description("Its host name or address; empty for none.")]
    public required string Host { get; init; }

    [Description("Its TCP port, such as 6514; 0 where there is no server.")]
    [Range(0, 65535)]
    public required int Port { get; init; }

    [Description("The file with the authority of its certificate, PEM, an absolute Windows path; empty for the authorities of the machine.")]
    public required string AuthorityFile { get; init; }
}

/// <summary>Alarms.</summary>
internal sealed record AlarmSection
{
    [Description("After how many minutes in the queue an emergency is overdue.")]
    [Range(1, 1440)]
    public required int EmergencyMinutes { get; init; }

    [Description("For how many minutes the same alarm about the same subject is told once only.")]
    [Range(1, 10080)]
    public required int QuietMinutes { get; init; }

    [Description("A mail server of the site that alarms are sent through.")]
    public required AlarmMailSection Mail { get; init; }

    [Description("A web address that alarms are posted to as JSON.")]
    public required WebhookSection Webhook { get; init; }
}

/// <summary>A mail server for alarms.</summary>
internal sealed record AlarmMailSection
{
    [Description("Its host name or address; empty for none.")]
    public required string Host { get; init; }

    [Description("Its TCP port; 0 where there is no server.")]
    [Range(0, 65535)]
    public required int Port { get; init; }

    [Description("required: nothing is sent without STARTTLS. none: nothing is encrypted.")]
    [AllowedValues("required", "none")]
    public required string StartTls { get; init; }

    [Description("The file with the authority of its certificate, PEM, an absolute Windows path; empty for the authorities of the machine.")]
    public required string AuthorityFile { get; init; }

    [Description("The sender's mail address; empty where there is no server.")]
    public required string From { get; init; }

    [Description("The mail addresses of who is alarmed.")]
    public required IReadOnlyList<string> To { get; init; }
}

/// <summary>A web address for alarms.</summary>
internal sealed record WebhookSection
{
    [Description("The address, http or https; empty for none.")]
    public required string Url { get; init; }

    [Description("The file with the bearer token that it wants to see, an absolute Windows path; empty for none.")]
    public required string TokenFile { get; init; }
}
