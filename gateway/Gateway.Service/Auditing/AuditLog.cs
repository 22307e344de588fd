using Gateway.Service.Syslogging;

namespace Gateway.Service.Auditing;

/// <summary>Where audit messages go: into the file, which is the truth, and to a syslog server where there is one (PS3.15 section A.6).</summary>
internal sealed class AuditLog(AuditFile file, SyslogSender syslog, AuditSource source, TimeProvider time)
{
    private const int SecurityFacility = 10;
    private const string MessageId = "DICOM+RFC3881";

    /// <summary>The time that messages bear.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Writes a message.</summary>
    public void Write(AuditMessage message)
    {
        var text = AuditXml.Write(message, source);
        file.Write(text);
        syslog.Send(new SyslogMessage(SecurityFacility, message.Outcome == AuditOutcome.Success ? SyslogSeverity.Notice : SyslogSeverity.Warning, MessageId, message.At, text));
    }
}
