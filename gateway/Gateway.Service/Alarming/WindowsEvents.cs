using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security;
using Gateway.Service.Startup;
using Microsoft.Extensions.Hosting.WindowsServices;

namespace Gateway.Service.Alarming;

/// <summary>
/// What the service writes into the Application log of Windows: each alarm, and why it does not start. The event's id is the number of the code, GW8001 is 8001, and stays: monitoring rests on it.
/// The source is made by provisioning. There only where Windows started the service.
/// </summary>
/// <param name="log">Told once, where it cannot be written.</param>
internal sealed partial class WindowsEvents(ILogger<WindowsEvents> log) : IAlarmChannel
{
    /// <summary>The source; provisioning makes it.</summary>
    public const string Source = "DicomMailGateway";

    private bool fails;

    /// <summary>Whether there is such a log for this process.</summary>
    [SupportedOSPlatformGuard("windows")]
    public static bool AreThere => OperatingSystem.IsWindows() && WindowsServiceHelpers.IsWindowsService();

    /// <summary>The id of the events of a code.</summary>
    /// <param name="code">The code, such as GW8001.</param>
    public static int IdOf(string code) => int.Parse(code.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture);

    public void Offer(Alarm alarm)
    {
        if (!OperatingSystem.IsWindows())
            return;
        var failure = WhyNotWritten(TypeOf(alarm), IdOf(alarm.Kind.Code), $"{alarm.Kind.Code} {alarm.Subject}: {alarm.Text}");
        if (failure is not null && !fails)
            LogFailed(failure);
        fails = failure is not null;
    }

    /// <summary>Says why the service does not start; on the console too, which a service has none of.</summary>
    /// <param name="problems">Why.</param>
    public static void Refuse(IReadOnlyList<Problem> problems)
    {
        if (!AreThere)
            return;
        foreach (var problem in problems)
            WhyNotWritten(EventLogEntryType.Error, IdOf(problem.Code), problem.ToString());
    }

    [SupportedOSPlatform("windows")]
    private static EventLogEntryType TypeOf(Alarm alarm) =>
        alarm.IsCleared ? EventLogEntryType.Information : alarm.Kind.Severity == AlarmSeverity.Warning ? EventLogEntryType.Warning : EventLogEntryType.Error;

    [SupportedOSPlatform("windows")]
    private static string? WhyNotWritten(EventLogEntryType type, int id, string text)
    {
        try
        {
            EventLog.WriteEvent(Source, new EventInstance(id, 0, type), text);
            return null;
        }
        catch (Exception e) when (e is SecurityException or InvalidOperationException or Win32Exception or UnauthorizedAccessException or ArgumentException)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An event could not be written into the Application log, and this is said once: {Reason}")]
    private partial void LogFailed(string reason);
}
