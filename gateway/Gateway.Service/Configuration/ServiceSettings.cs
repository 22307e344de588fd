using System.Net;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.UpperLayer.Tls;
using Gateway.Service.Delivering;
using Gateway.Service.Ledgers;
using Gateway.Service.Routing;
using Gateway.Service.Securing;

namespace Gateway.Service.Configuration;

/// <summary>The configuration as the service uses it: every value is valid, every path is one of this machine.</summary>
internal sealed record ServiceSettings
{
    public required string Site { get; init; }

    public required AeTitle AeTitle { get; init; }

    public required IPEndPoint DicomEndPoint { get; init; }

    public required int MaximumPduBytes { get; init; }

    public required long MaximumObjectBytes { get; init; }

    public required int MaximumAssociations { get; init; }

    public required TimeSpan IdleTimeout { get; init; }

    public required IReadOnlyList<CallerRule> Callers { get; init; }

    /// <summary>Where the listener's certificates lie; null for in the clear.</summary>
    public TlsFiles? TlsFiles { get; init; }

    /// <summary>How the listener's connections are encrypted; null for in the clear.</summary>
    public TlsSettings? Tls { get; init; }

    public required UrgencyTitles Urgency { get; init; }

    public required string SpoolFolder { get; init; }

    public required DiskLimits Disk { get; init; }

    public required IndexSettings Index { get; init; }

    public required Targets Targets { get; init; }

    public required IReadOnlyList<RoutingRule> Routes { get; init; }

    /// <summary>The mail that partners are reached by; null where they are not.</summary>
    public required MailSettings? Mail { get; init; }

    public required Completion Completion { get; init; }

    public required Backoff Backoff { get; init; }

    public required IPEndPoint HealthEndPoint { get; init; }

    public required string LogFolder { get; init; }

    public required int LogRetainDays { get; init; }

    public required AuditSettings Audit { get; init; }

    /// <summary>The syslog server; null for none.</summary>
    public required SyslogSettings? Syslog { get; init; }

    public required AlarmSettings Alarms { get; init; }

    /// <summary>
    /// The settings of a rehearsal: nothing that it does is heard of by another machine, and it needs no certificate and no passcode of the site.
    /// </summary>
    public ServiceSettings OnLoopback() => this with
    {
        TlsFiles = null,
        Callers = [.. Callers.Select(caller => caller with { UserFiles = null })],
        Targets = Targets with { Dicom = [.. Targets.Dicom.Select(target => target with { TlsFiles = null, UserFiles = null })] },
        DicomEndPoint = new IPEndPoint(IPAddress.Loopback, DicomEndPoint.Port),
        Index = Index with { Server = null },
        Syslog = null,
        Mail = Mail?.InFolder(Path.Combine(SpoolFolder, "pickup")),
        Alarms = Alarms with { Mail = null, Webhook = null },
    };
}

/// <summary>The audit log.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="RetainDays">How long its files are kept, in days.</param>
internal sealed record AuditSettings(string Folder, int RetainDays);

/// <summary>A syslog server.</summary>
/// <param name="Host">Its host name or address.</param>
/// <param name="Port">Its TCP port.</param>
/// <param name="AuthorityFile">The authority of its certificate; null for those of the machine.</param>
internal sealed record SyslogSettings(string Host, int Port, string? AuthorityFile);

/// <summary>When the site is alarmed, and where.</summary>
/// <param name="EmergencyTime">After how long in the queue an emergency is overdue.</param>
/// <param name="QuietTime">For how long the same alarm about the same subject is told once only.</param>
/// <param name="Mail">The mail server; null for none.</param>
/// <param name="Webhook">The web address; null for none.</param>
internal sealed record AlarmSettings(TimeSpan EmergencyTime, TimeSpan QuietTime, AlarmMailSettings? Mail, WebhookSettings? Webhook);

/// <summary>A mail server for alarms.</summary>
/// <param name="Host">Its host name or address.</param>
/// <param name="Port">Its TCP port.</param>
/// <param name="StartTls">Whether nothing is sent without STARTTLS.</param>
/// <param name="AuthorityFile">The authority of its certificate; null for those of the machine.</param>
/// <param name="From">The sender.</param>
/// <param name="To">Who is alarmed.</param>
internal sealed record AlarmMailSettings(string Host, int Port, bool StartTls, string? AuthorityFile, string From, IReadOnlyList<string> To);

/// <summary>A web address for alarms.</summary>
/// <param name="Url">The address.</param>
/// <param name="TokenFile">The file with its bearer token; null for none.</param>
internal sealed record WebhookSettings(Uri Url, string? TokenFile);

/// <summary>How much of the disk the spool may take, and for how long.</summary>
/// <param name="EmergencyReserve">Below this much free space nothing but emergencies is taken, in bytes.</param>
/// <param name="Floor">Below this much free space nothing at all is taken, in bytes.</param>
/// <param name="KeepDelivered">How long an object is kept after it was received, once all its targets have it.</param>
/// <param name="KeepAtMost">How long an object is kept at most.</param>
internal sealed record DiskLimits(long EmergencyReserve, long Floor, TimeSpan KeepDelivered, TimeSpan KeepAtMost);

/// <summary>The database.</summary>
/// <param name="File">SQLite's file; with a server, what a rehearsal uses in its place.</param>
/// <param name="Server">MariaDB's server; null for SQLite.</param>
internal sealed record IndexSettings(string File, ServerSettings? Server);

/// <summary>MariaDB's server.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Port">Its port.</param>
/// <param name="Database">The database.</param>
/// <param name="User">The account.</param>
/// <param name="PasswordFile">The file that holds the account's password; null where it has none.</param>
internal sealed record ServerSettings(string Address, int Port, string Database, string User, string? PasswordFile);
