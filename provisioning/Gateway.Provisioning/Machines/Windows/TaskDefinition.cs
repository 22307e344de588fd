using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// A daily task as XML of "Task Scheduler Schema" (Microsoft Learn), version 1.2. What a definition says beyond a <see cref="ScheduledTaskState"/> is either as
/// the product writes it, or the whole definition becomes part of the state: it differs, and can be put back as it was.
/// </summary>
internal static class TaskDefinition
{
    private const string Ours = "DICOM-Mail Gateway"; // "Source (registrationInfoType) Element": for its author to tell tasks apart
    private const string Principal = "Author";
    private static readonly XNamespace Schema = "http://schemas.microsoft.com/windows/2004/02/mit/task";

    // "settingsType Complex Type": what a missing element means, and what a backup needs.
    private static readonly (string Name, string Default, string Needed)[] Settings =
    [
        ("AllowStartOnDemand", "true", "true"),
        ("MultipleInstancesPolicy", "IgnoreNew", "IgnoreNew"), // one backup at a time
        ("DisallowStartIfOnBatteries", "true", "false"), // a server on its UPS is on batteries
        ("StopIfGoingOnBatteries", "true", "false"),
        ("AllowHardTerminate", "true", "true"),
        ("StartWhenAvailable", "false", "true"), // a server that was off at night catches up
        ("RunOnlyIfNetworkAvailable", "false", "false"),
        ("WakeToRun", "false", "false"),
        ("Hidden", "false", "false"),
        ("ExecutionTimeLimit", "PT72H", "PT12H"), // over well before the next night; a run that hangs does not keep that one from starting
        ("Priority", "7", "7"), // below normal: mail and images go first
        ("RunOnlyIfIdle", "false", "false"),
    ];

    /// <summary>The definition of a task. It has no XML declaration: the scheduler gets text, and refuses a declaration that names another encoding than that text has.</summary>
    /// <param name="task">The task.</param>
    /// <param name="sid">The account that it runs as.</param>
    /// <param name="registered">When it is registered.</param>
    /// <param name="first">Its first run, on the machine's clock.</param>
    public static string Render(ScheduledTaskState task, string sid, DateTimeOffset registered, DateTime first) => new XElement(
        Schema + "Task",
        new XAttribute("version", "1.2"),
        new XElement(
            Schema + "RegistrationInfo",
            new XElement(Schema + "Source", Ours),
            new XElement(Schema + "Date", XmlConvert.ToString(registered.UtcDateTime, "yyyy-MM-ddTHH:mm:ssZ"))),
        new XElement(
            Schema + "Triggers",
            new XElement(
                Schema + "CalendarTrigger", // a sequence: order matters
                new XElement(Schema + "Enabled", "true"),
                new XElement(Schema + "StartBoundary", XmlConvert.ToString(first, "yyyy-MM-ddTHH:mm:ss")), // without an offset it follows the machine's clock, summer and winter
                new XElement(Schema + "ScheduleByDay", new XElement(Schema + "DaysInterval", "1")))),
        new XElement(
            Schema + "Principals",
            new XElement(
                Schema + "Principal",
                new XAttribute("id", Principal),
                new XElement(Schema + "UserId", sid),
                new XElement(Schema + "RunLevel", "HighestAvailable"))),
        new XElement(
            Schema + "Settings",
            Settings.Where(setting => setting.Needed != setting.Default || setting.Name == "MultipleInstancesPolicy").Select(setting => new XElement(Schema + setting.Name, setting.Needed)),
            new XElement(Schema + "Enabled", XmlConvert.ToString(task.Enabled))),
        new XElement(
            Schema + "Actions",
            new XAttribute("Context", Principal),
            new XElement(
                Schema + "Exec",
                new XElement(Schema + "Command", task.Execute),
                new XElement(Schema + "Arguments", task.Arguments)))).ToString(SaveOptions.DisableFormatting);

    /// <summary>The task that a definition describes.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="xml">The definition as Windows exports it.</param>
    /// <param name="clock">The time, and the machine's time zone.</param>
    /// <param name="resolve">Finds the SID of an account's name.</param>
    /// <exception cref="XmlException">It is no XML.</exception>
    public static ScheduledTaskState Read(string name, string xml, TimeProvider clock, Func<string, string?> resolve)
    {
        var root = XDocument.Parse(xml).Root!;
        var exec = root.Element(Schema + "Actions")?.Element(Schema + "Exec");
        var start = Start(root);
        var account = root.Element(Schema + "Principals")?.Element(Schema + "Principal") is { } principal
            ? (string?)principal.Element(Schema + "UserId") ?? (string?)principal.Element(Schema + "GroupId") ?? ""
            : "";
        var known = ServiceAccounts.NameOf(account, resolve);
        return new ScheduledTaskState(
            name,
            (string?)exec?.Element(Schema + "Command") ?? "",
            (string?)exec?.Element(Schema + "Arguments") ?? "",
            start?.ToString(start.Value.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture) ?? "",
            known ?? account,
            Enabled: SettingOf(root, "Enabled", "true") == "true",
            RegisteredAt: DateOf((string?)root.Element(Schema + "RegistrationInfo")?.Element(Schema + "Date")) is { } date ? Utc(date, clock) : null)
        {
            Definition = known is not null && IsAsWritten(root, start, clock) ? null : root.ToString(SaveOptions.DisableFormatting),
        };
    }

    /// <summary>Whether Windows would ask for a password to register this definition: nobody but its owner can put it back ("LogonType (principalType) Element").</summary>
    /// <param name="definition">The definition.</param>
    public static bool NeedsPassword(string definition) =>
        XDocument.Parse(definition).Descendants(Schema + "LogonType").Any(type => type.Value is "Password" or "InteractiveTokenOrPassword");

    /// <summary>A time of Windows as a moment: without an offset it is one on the machine's clock.</summary>
    /// <param name="time">The time.</param>
    /// <param name="clock">The machine's time zone.</param>
    public static DateTimeOffset Utc(DateTime time, TimeProvider clock) =>
        (time.Kind == DateTimeKind.Unspecified ? new DateTimeOffset(time, clock.LocalTimeZone.GetUtcOffset(time)) : new DateTimeOffset(time)).ToUniversalTime();

    private static bool IsAsWritten(XElement root, DateTime? start, TimeProvider clock) =>
        (string?)root.Element(Schema + "RegistrationInfo")?.Element(Schema + "Source") == Ours
        && RunsDaily(root, start, clock)
        && root.Element(Schema + "Actions")?.Elements().ToList() is [{ Name.LocalName: "Exec" } exec] && !exec.Elements(Schema + "WorkingDirectory").Any()
        && root.Descendants(Schema + "RequiredPrivileges").FirstOrDefault() is null
        && root.Element(Schema + "Settings")?.Element(Schema + "RestartOnFailure") is null
        && Settings.All(setting => SettingOf(root, setting.Name, setting.Default) == Normal(setting.Needed));

    // One trigger, every day from now on, without an end.
    private static bool RunsDaily(XElement root, DateTime? start, TimeProvider clock) =>
        root.Element(Schema + "Triggers")?.Elements().ToList() is [{ Name.LocalName: "CalendarTrigger" } trigger]
        && Normal((string?)trigger.Element(Schema + "Enabled") ?? "true") == "true"
        && start is { Kind: DateTimeKind.Unspecified } first && first <= clock.GetLocalNow().DateTime.AddDays(1)
        && trigger.Elements().All(e => e.Name.LocalName is "Enabled" or "StartBoundary" or "ScheduleByDay")
        && trigger.Element(Schema + "ScheduleByDay") is { } schedule && ((string?)schedule.Element(Schema + "DaysInterval") ?? "1") == "1";

    private static DateTime? Start(XElement root) => DateOf((string?)root.Element(Schema + "Triggers")?.Element(Schema + "CalendarTrigger")?.Element(Schema + "StartBoundary"));

    private static DateTime? DateOf(string? text)
    {
        try
        {
            return text is null ? null : XmlConvert.ToDateTime(text, XmlDateTimeSerializationMode.RoundtripKind);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string SettingOf(XElement root, string name, string otherwise) => Normal((string?)root.Element(Schema + "Settings")?.Element(Schema + name) ?? otherwise);

    // xs:boolean has two words for each of its values, xs:duration any number for one length.
    private static string Normal(string value)
    {
        if (value is "0" or "1")
            return value == "1" ? "true" : "false";
        try
        {
            return value.StartsWith('P') ? XmlConvert.ToTimeSpan(value).ToString("c", CultureInfo.InvariantCulture) : value;
        }
        catch (FormatException)
        {
            return value;
        }
    }
}
