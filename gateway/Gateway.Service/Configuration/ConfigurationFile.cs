using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Text.Json;
using Gateway.Dicom.Identifiers;
using Gateway.Service.Delivering;
using Gateway.Service.Ledgers;
using Gateway.Service.Routing;
using Gateway.Service.Startup;

namespace Gateway.Service.Configuration;

/// <summary>Reads the configuration file: either settings, or every problem of it.</summary>
internal sealed partial class ConfigurationFile
{
    private const string Mend = "Change it in the manifest and apply that again; this file is rendered from it.";

    private readonly List<Problem> problems = [];
    private readonly DriveMap drives;

    private ConfigurationFile(DriveMap drives) => this.drives = drives;

    /// <summary>Reads the file.</summary>
    /// <returns>The settings, null where there is a problem; and the problems.</returns>
    public static (ServiceSettings? Settings, IReadOnlyList<Problem> Problems) Read(string path, DriveMap drives)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, [new Problem("GW7001", path, $"a file that cannot be read ({failure.Message})", "a readable file",
                "Apply the manifest: provisioning renders this file.")]);
        }

        return ReadText(path, text, drives);
    }

    /// <summary>Reads the file's text.</summary>
    /// <param name="path">Names it.</param>
    /// <param name="text">The text.</param>
    /// <param name="drives">Where the drives are.</param>
    /// <returns>The settings, null where there is a problem; and the problems.</returns>
    public static (ServiceSettings? Settings, IReadOnlyList<Problem> Problems) ReadText(string path, string text, DriveMap drives)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var shape = ShapeCheck.Of(document.RootElement, typeof(ServiceConfiguration));
            if (shape.Count > 0)
                return (null, shape);
            return new ConfigurationFile(drives).Interpret(document.Deserialize<ServiceConfiguration>(ConfigurationFormat.Options)!);
        }
        catch (JsonException failure)
        {
            return (null, [new Problem("GW7002", path, $"text that is not JSON ({failure.Message})", "JSON without comments",
                "Apply the manifest: provisioning renders this file.")]);
        }
    }

    private (ServiceSettings? Settings, IReadOnlyList<Problem> Problems) Interpret(ServiceConfiguration configuration)
    {
        var dicom = configuration.Dicom;
        var dicomEndPoint = new IPEndPoint(Address("/dicom/bindAddress", dicom.BindAddress), dicom.Port);
        var healthEndPoint = new IPEndPoint(Address("/health/address", configuration.Health.Address), configuration.Health.Port);
        if (!IPAddress.IsLoopback(healthEndPoint.Address))
            Add("GW7008", "/health/address", $"\"{configuration.Health.Address}\"", "a loopback address, such as 127.0.0.1");
        if (dicomEndPoint.Port == healthEndPoint.Port)
            Add("GW7006", "/health/port", $"{healthEndPoint.Port}, the DICOM port", "another port");

        var targets = TargetsOf(configuration.Targets);
        var settings = new ServiceSettings
        {
            Site = configuration.Site,
            AeTitle = Title("/dicom/aeTitle", dicom.AeTitle),
            DicomEndPoint = dicomEndPoint,
            MaximumPduBytes = dicom.MaximumPduBytes,
            MaximumObjectBytes = dicom.MaximumObjectBytes,
            MaximumAssociations = dicom.MaximumAssociations,
            IdleTimeout = TimeSpan.FromSeconds(dicom.IdleTimeoutSeconds),
            TlsFiles = TlsOf("/dicom/tls", dicom.Tls, isListener: true),
            Callers = [.. dicom.Callers.Select(Caller)],
            Urgency = new UrgencyTitles(OptionalTitle("/dicom/emergencyAeTitle", dicom.EmergencyAeTitle), OptionalTitle("/dicom/bulkAeTitle", dicom.BulkAeTitle)),
            SpoolFolder = Folder("/spool/folder", configuration.Spool.Folder),
            Disk = Disk(configuration.Spool),
            Index = Index(configuration.Index),
            Targets = targets,
            Routes = [.. configuration.Routes.Select((route, index) => Rule(route, index, targets))],
            Mail = MailOf(configuration.Mail),
            Completion = CompletionOf(configuration.Completion),
            Backoff = new Backoff(
                TimeSpan.FromSeconds(configuration.Retry.FirstSeconds), TimeSpan.FromSeconds(configuration.Retry.LongestSeconds), TimeSpan.FromHours(configuration.Retry.GiveUpHours)),
            HealthEndPoint = healthEndPoint,
            LogFolder = Folder("/logs/folder", configuration.Logs.Folder),
            LogRetainDays = configuration.Logs.RetainDays,
            Audit = new AuditSettings(Folder("/audit/folder", configuration.Audit.Folder), configuration.Audit.RetainDays),
            Syslog = SyslogOf(configuration.Syslog),
            Alarms = AlarmsOf(configuration.Alarms),
        };
        return problems.Count == 0 ? (settings, problems) : (null, problems);
    }

    private DiskLimits Disk(SpoolSection spool)
    {
        if (spool.FloorBytes > spool.EmergencyReserveBytes)
            Add("GW7006", "/spool/floorBytes", $"{spool.FloorBytes}, more than the emergency reserve", $"at most {spool.EmergencyReserveBytes}");
        return new DiskLimits(spool.EmergencyReserveBytes, spool.FloorBytes, TimeSpan.FromHours(spool.KeepDeliveredHours), TimeSpan.FromDays(spool.KeepAtMostDays));
    }

    private IndexSettings Index(IndexSection index)
    {
        var file = Folder("/index/file", index.File);
        if (index.Provider == "sqlite")
            return new IndexSettings(file, null);
        foreach (var (field, text) in new[] { ("server", index.Server), ("database", index.Database), ("user", index.User) })
        {
            if (text.Length == 0)
                Add("GW7005", $"/index/{field}", "an empty text", "where MariaDB is, and as whom it is asked");
        }

        return new IndexSettings(
            file, new ServerSettings(index.Server, index.Port, index.Database, index.User, index.PasswordFile.Length == 0 ? null : Folder("/index/passwordFile", index.PasswordFile)));
    }

    private Targets TargetsOf(TargetsSection targets)
    {
        var dicom = targets.Dicom.Select((target, index) => new DicomTarget(
            target.Id, Title($"/targets/dicom/{index}/aeTitle", target.AeTitle),
            IPAddress.TryParse(target.Host, out var address) ? new IPEndPoint(address, target.Port) : new DnsEndPoint(target.Host, target.Port),
            Ids(target, $"/targets/dicom/{index}"))
        {
            Commitment = target.StorageCommitment ? TimeSpan.FromMinutes(target.CommitmentMinutes) : null,
            TlsFiles = TlsOf($"/targets/dicom/{index}/tls", target.Tls, isListener: false),
            UserFiles = UserOf($"/targets/dicom/{index}", target.UserName, target.PasscodeFile),
            MaximumOperations = target.MaximumOperations,
        }).ToList();
        var partners = targets.Partners.Select((partner, index) =>
            new PartnerTarget(partner.Id, OptionalTitle($"/targets/partners/{index}/virtualAeTitle", partner.VirtualAeTitle))).ToList();
        foreach (var id in dicom.Select(target => target.Id).Concat(partners.Select(partner => partner.Id)).GroupBy(id => id).Where(same => same.Count() > 1))
            Add("GW7014", "/targets", $"\"{id.Key}\" twice", "an id of its own for each target");
        return new Targets(dicom, partners);
    }

    private IdRule Ids(DicomTargetSection target, string place)
    {
        var passes = target.Unmapped == "prefix";
        foreach (var (field, table, prefix) in new[] { ("patientIdPrefix", target.PatientIdTable, target.PatientIdPrefix), ("accessionPrefix", target.AccessionTable, target.AccessionPrefix) })
        {
            if (passes && table.Length > 0 && prefix.Length == 0)
                Add("GW7016", $"{place}/{field}", "an empty text", "a prefix, since what the table lacks goes with it (unmapped is prefix)");
        }

        return new IdRule(
            target.PatientIdPrefix, target.PatientIdIssuer, target.AccessionPrefix, target.AccessionIssuer, OptionalFile($"{place}/patientIdTable", target.PatientIdTable),
            OptionalFile($"{place}/accessionTable", target.AccessionTable), passes);
    }

    private RoutingRule Rule(RouteSection route, int index, Targets targets)
    {
        var place = $"/routes/{index}";
        foreach (var (position, id) in route.To.Index())
        {
            if (!targets.Dicom.Any(target => target.Id == id) && !targets.Partners.Any(partner => partner.Id == id))
                Add("GW7014", $"{place}/to/{position}", $"\"{id}\", which is no target", "the id of a target");
        }

        return new RoutingRule
        {
            Id = route.Id,
            Called = OptionalTitle($"{place}/calledAeTitle", route.CalledAeTitle),
            Calling = OptionalTitle($"{place}/callingAeTitle", route.CallingAeTitle),
            Modality = NullIfEmpty(route.Modality),
            Description = NullIfEmpty(route.Description),
            BodyPart = NullIfEmpty(route.BodyPart),
            From = Time($"{place}/from", route.From),
            Until = Time($"{place}/until", route.Until),
            To = route.To,
            Priority = Enum.Parse<Priority>(route.Priority, ignoreCase: true),
        };
    }

    private static Completion CompletionOf(CompletionSection completion) => new(
        completion.SeriesSeconds == 0 ? null : TimeSpan.FromSeconds(completion.SeriesSeconds), TimeSpan.FromSeconds(completion.StudySeconds),
        TimeSpan.FromSeconds(completion.ForcedSeconds), completion.EmergencyInstances, TimeSpan.FromMilliseconds(completion.EmergencyMilliseconds));

    private SyslogSettings? SyslogOf(SyslogSection syslog) => syslog.Host.Length == 0
        ? null
        : new SyslogSettings(syslog.Host, Port("/syslog/port", syslog.Port), OptionalFile("/syslog/authorityFile", syslog.AuthorityFile));

    private AlarmSettings AlarmsOf(AlarmSection alarms) => new(
        TimeSpan.FromMinutes(alarms.EmergencyMinutes), TimeSpan.FromMinutes(alarms.QuietMinutes), MailOf(alarms.Mail), WebhookOf(alarms.Webhook));

    private AlarmMailSettings? MailOf(AlarmMailSection mail)
    {
        if (mail.Host.Length == 0)
            return null;
        Addressee("/alarms/mail/from", mail.From);
        foreach (var (index, to) in mail.To.Index())
            Addressee($"/alarms/mail/to/{index}", to);
        if (mail.To.Count == 0)
            Add("GW7015", "/alarms/mail/to", "nobody", "at least one mail address");
        return new AlarmMailSettings(
            mail.Host, Port("/alarms/mail/port", mail.Port), mail.StartTls == "required", OptionalFile("/alarms/mail/authorityFile", mail.AuthorityFile), mail.From, mail.To);
    }

    private WebhookSettings? WebhookOf(WebhookSection webhook)
    {
        if (webhook.Url.Length == 0)
            return null;
        if (Uri.TryCreate(webhook.Url, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps))
            return new WebhookSettings(url, OptionalFile("/alarms/webhook/tokenFile", webhook.TokenFile));
        Add("GW7015", "/alarms/webhook/url", $"\"{webhook.Url}\"", "an address that begins with http:// or https://");
        return null;
    }

    private void Addressee(string place, string text)
    {
        if (!MailAddress.TryCreate(text, out _))
            Add("GW7015", place, $"\"{text}\"", "a mail address");
    }

    private int Port(string place, int port)
    {
        if (port == 0)
            Add("GW7006", place, "0", "a port, since there is a host");
        return port;
    }

    private string? OptionalFile(string place, string text) => text.Length == 0 ? null : Folder(place, text);

    private TimeOnly? Time(string place, string text)
    {
        if (text.Length == 0)
            return null;
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return time;
        Add("GW7005", place, $"\"{text}\"", "a time of day such as 07:30");
        return null;
    }

    private AeTitle? OptionalTitle(string place, string text) => text.Length == 0 ? null : Title(place, text);

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private CallerRule Caller(CallerSection caller, int index)
    {
        List<IPNetwork> networks = [];
        foreach (var (position, text) in caller.Addresses.Index())
        {
            if (CallerRule.TryParseNetwork(text, out var network))
                networks.Add(network);
            else
                Add("GW7008", $"/dicom/callers/{index}/addresses/{position}", $"\"{text}\"",
                    "an IP address, or a network such as 10.0.0.0/8");
        }

        return new CallerRule(Title($"/dicom/callers/{index}/aeTitle", caller.AeTitle), networks)
        {
            UserFiles = UserOf($"/dicom/callers/{index}", caller.UserName, caller.PasscodeFile), MaximumOperations = caller.MaximumOperations,
        };
    }

    private AeTitle Title(string place, string text)
    {
        if (!AeTitle.TryParse(text, out var title))
            Add("GW7007", place, $"\"{text}\"", "an AE title: 1 to 16 printable ASCII characters without backslash");
        return title;
    }

    private IPAddress Address(string place, string text)
    {
        if (IPAddress.TryParse(text, out var address))
            return address;
        Add("GW7008", place, $"\"{text}\"", "an IP address");
        return IPAddress.Loopback;
    }

    private string Folder(string place, string text)
    {
        if (WindowsPath.TryParse(text, out var path))
            return drives.Resolve(path);
        Add("GW7009", place, $"\"{text}\"", WindowsPath.Allowed);
        return "";
    }

    private void Add(string code, string place, string found, string allowed) =>
        problems.Add(new Problem(code, place, found, allowed, Mend));
}
