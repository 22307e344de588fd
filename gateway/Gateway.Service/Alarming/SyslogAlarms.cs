using Gateway.Service.Syslogging;

namespace Gateway.Service.Alarming;

/// <summary>Alarms on their way to the syslog server, where there is one.</summary>
internal sealed class SyslogAlarms(SyslogSender sender) : IAlarmChannel
{
    private const int DaemonFacility = 3;

    public void Offer(Alarm alarm) => sender.Send(new SyslogMessage(
        DaemonFacility,
        alarm switch
        {
            { IsCleared: true } => SyslogSeverity.Notice,
            { Kind.Severity: AlarmSeverity.Critical } => SyslogSeverity.Alert,
            { Kind.Severity: AlarmSeverity.Error } => SyslogSeverity.Error,
            _ => SyslogSeverity.Warning,
        },
        alarm.Kind.Code, alarm.At, $"{alarm.Subject}: {alarm.Text}"));
}
