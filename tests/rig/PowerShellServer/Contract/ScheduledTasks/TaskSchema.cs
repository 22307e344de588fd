using System.Xml;
using System.Xml.Linq;

namespace Gateway.Rig.PowerShellServer.Contract.ScheduledTasks;

/// <summary>
/// What a task's definition may be: "Task Scheduler Schema", Microsoft Learn, as far as the product could want it. A type's children stand in any
/// order, or in the listed one where the schema has a sequence; what the schema has and the rig does not stops the call.
/// </summary>
public static class TaskSchema
{
    private static readonly XNamespace Name = "http://schemas.microsoft.com/windows/2004/02/mit/task";

    private static readonly Dictionary<string, ComplexType> Types = new()
    {
        ["task"] = new(false, [new("RegistrationInfo", "registrationInfo"), new("Triggers", "triggers"), new("Settings", "settings"), new("Principals", "principals"), new("Actions", "actions", Required: true)]),
        ["registrationInfo"] = new(false, [.. Texts("URI", "SecurityDescriptor", "Source"), new("Date", "dateTime"), .. Texts("Author", "Version", "Description", "Documentation")]),
        ["triggers"] = new(false, [new("CalendarTrigger", "calendarTrigger", Many: true), new("TimeTrigger", "timeTrigger", Many: true), new("BootTrigger", "bootTrigger", Many: true)]),
        ["calendarTrigger"] = new(true, [.. TriggerBase(startRequired: true), new("RandomDelay", "duration"), new("ScheduleByDay", "scheduleByDay", Required: true)]),
        ["timeTrigger"] = new(true, [.. TriggerBase(startRequired: true), new("RandomDelay", "duration")]),
        ["bootTrigger"] = new(true, [.. TriggerBase(startRequired: false), new("Delay", "duration")]),
        ["repetition"] = new(false, [new("Interval", "duration", Required: true), new("Duration", "duration"), new("StopAtDurationEnd", "boolean")]),
        ["scheduleByDay"] = new(false, [new("DaysInterval", "days")]),
        ["principals"] = new(true, [new("Principal", "principal", Required: true)]),
        ["principal"] = new(false, [new("UserId", "nonEmpty"), new("LogonType", "logonType"), new("GroupId", "nonEmpty"), new("DisplayName", "text"), new("RunLevel", "runLevel")]),
        ["settings"] = new(false,
        [
            .. Booleans("AllowStartOnDemand", "DisallowStartIfOnBatteries", "StopIfGoingOnBatteries", "AllowHardTerminate", "StartWhenAvailable",
                "RunOnlyIfNetworkAvailable", "WakeToRun", "Enabled", "Hidden", "RunOnlyIfIdle", "UseUnifiedSchedulingEngine", "DisallowStartOnRemoteAppSession"),
            new("MultipleInstancesPolicy", "multipleInstances"), new("ExecutionTimeLimit", "duration"), new("DeleteExpiredTaskAfter", "duration"), new("Priority", "priority"),
            new("IdleSettings", "idleSettings"), new("RestartOnFailure", "restartOnFailure"),
        ]),
        ["idleSettings"] = new(false, [new("Duration", "duration"), new("WaitTimeout", "duration"), .. Booleans("StopOnIdleEnd", "RestartOnIdle")]),
        ["restartOnFailure"] = new(false, [new("Interval", "duration", Required: true), new("Count", "count", Required: true)]),
        ["actions"] = new(false, [new("Exec", "exec", Required: true, Many: true)]),
        ["exec"] = new(false, [new("Command", "path", Required: true), new("Arguments", "text"), new("WorkingDirectory", "path")]),
    };

    private static readonly Dictionary<string, Func<string, bool>> Values = new()
    {
        ["text"] = _ => true,
        ["nonEmpty"] = text => text.Length > 0,
        ["path"] = text => text.Length is > 0 and <= 260,
        ["boolean"] = text => Converts(text, XmlConvert.ToBoolean),
        ["duration"] = text => Converts(text, XmlConvert.ToTimeSpan),
        ["dateTime"] = text => text.Contains('T', StringComparison.Ordinal) && Converts(text, value => XmlConvert.ToDateTime(value, XmlDateTimeSerializationMode.RoundtripKind)),
        ["days"] = text => Converts(text, XmlConvert.ToUInt32) && XmlConvert.ToUInt32(text) is >= 1 and <= 365,
        ["count"] = text => Converts(text, XmlConvert.ToByte) && XmlConvert.ToByte(text) >= 1,
        ["priority"] = text => Converts(text, XmlConvert.ToSByte) && XmlConvert.ToSByte(text) is >= 0 and <= 10,
        ["multipleInstances"] = text => text is "Parallel" or "Queue" or "IgnoreNew" or "StopExisting",
        ["logonType"] = text => text is "S4U" or "Password" or "InteractiveToken" or "InteractiveTokenOrPassword",
        ["runLevel"] = text => text is "LeastPrivilege" or "HighestAvailable",
    };

    // Of the schema, and not imitated.
    private static readonly HashSet<string> Known =
    [
        "Data", "RegistrationTrigger", "IdleTrigger", "EventTrigger", "LogonTrigger", "SessionStateChangeTrigger", "ScheduleByWeek", "ScheduleByMonth",
        "ScheduleByMonthDayOfWeek", "ProcessTokenSidType", "RequiredPrivileges", "NetworkProfileName", "NetworkSettings", "ComHandler", "SendEmail", "ShowMessage",
    ];

    /// <summary>Reads a definition, or says why the scheduler would refuse it.</summary>
    /// <exception cref="InvalidTaskException">It is refused.</exception>
    /// <exception cref="NotSupportedException">The schema has it, the rig does not.</exception>
    public static void Check(string xml)
    {
        XDocument document;
        try
        {
            document = XDocument.Parse(xml, LoadOptions.SetLineInfo);
        }
        catch (XmlException e)
        {
            throw new InvalidTaskException(TaskErrors.Malformed, $"The task XML is malformed. {e.Message}");
        }

        // The text is UTF-16: the parser of the scheduler does not switch to what a declaration says otherwise.
        if (document.Declaration?.Encoding is { } encoding && !encoding.Equals("UTF-16", StringComparison.OrdinalIgnoreCase))
            throw new InvalidTaskException(TaskErrors.Malformed, "The task XML is malformed. (1,40)::ERROR: unable to switch the encoding");
        var root = document.Root!;
        Check(root, "task", "Task");
        if (Version.TryParse((string?)root.Attribute("version"), out var version) && version < new Version(1, 3)
            && root.Descendants().FirstOrDefault(e => e.Name.LocalName is "UseUnifiedSchedulingEngine" or "DisallowStartOnRemoteAppSession") is { } newer)
            throw new InvalidTaskException(TaskErrors.UnexpectedNode, At(newer));
        CheckPrincipal(root);
    }

    private static void CheckPrincipal(XElement root)
    {
        var principal = root.Element(Name + "Principals")?.Element(Name + "Principal");
        if ((string?)root.Element(Name + "Actions")!.Attribute("Context") is { } context && context != (string?)principal?.Attribute("id"))
            throw new InvalidTaskException(TaskErrors.InvalidValue, $"The task XML contains a value which is incorrectly formatted or out of range. Context:{context}");
        if (principal?.Element(Name + "UserId") is { } user && principal.Element(Name + "GroupId") is not null)
            throw new InvalidTaskException(TaskErrors.UnexpectedNode, At(user));
        if ((string?)principal?.Element(Name + "UserId") is { } id && !id.StartsWith("S-1-", StringComparison.Ordinal))
            throw new NotSupportedException($"The test rig knows accounts by SID, not by name: {id}. What Windows calls them depends on its language.");
    }

    private static void Check(XElement element, string type, string expected)
    {
        if (element.Name.Namespace != Name) throw new InvalidTaskException(TaskErrors.WrongNamespace, At(element));
        if (element.Name.LocalName != expected) throw new InvalidTaskException(TaskErrors.UnexpectedNode, At(element));
        if (Values.TryGetValue(type, out var isValue))
        {
            if (element.HasElements) throw new InvalidTaskException(TaskErrors.UnexpectedNode, At(element.Elements().First()));
            if (!isValue(element.Value)) throw new InvalidTaskException(TaskErrors.InvalidValue, $"{At(element)}:{element.Value}");
            return;
        }

        var (ordered, children) = Types[type];
        var last = 0;
        var seen = new HashSet<string>();
        foreach (var child in element.Elements())
        {
            var at = children.ToList().FindIndex(one => one.Name == child.Name.LocalName);
            if (child.Name.Namespace != Name) throw new InvalidTaskException(TaskErrors.WrongNamespace, At(child));
            if (at < 0 && Known.Contains(child.Name.LocalName)) throw new NotSupportedException($"The schema has {child.Name.LocalName}, but the test rig does not imitate it.");
            if (at < 0 || (ordered && at < last) || (!seen.Add(child.Name.LocalName) && !children[at].Many)) throw new InvalidTaskException(TaskErrors.UnexpectedNode, At(child));
            last = at;
            Check(child, children[at].Type, children[at].Name);
        }

        if (children.FirstOrDefault(one => one.Required && !seen.Contains(one.Name)) is { } missing)
            throw new InvalidTaskException(TaskErrors.MissingNode, $"{At(element)}:{missing.Name}");
    }

    private static IEnumerable<Child> TriggerBase(bool startRequired) =>
        [new("Enabled", "boolean"), new("StartBoundary", "dateTime", startRequired), new("EndBoundary", "dateTime"), new("Repetition", "repetition"), new("ExecutionTimeLimit", "duration")];

    private static IEnumerable<Child> Texts(params string[] names) => names.Select(name => new Child(name, "text"));

    private static IEnumerable<Child> Booleans(params string[] names) => names.Select(name => new Child(name, "boolean"));

    private static bool Converts<T>(string text, Func<string, T> convert)
    {
        try
        {
            convert(text);
            return true;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return false;
        }
    }

    private static string At(XElement element) => element is IXmlLineInfo line ? $"({line.LineNumber},{line.LinePosition}):{element.Name.LocalName}" : element.Name.LocalName;

    private sealed record ComplexType(bool Ordered, IReadOnlyList<Child> Children);

    private sealed record Child(string Name, string Type, bool Required = false, bool Many = false);
}
