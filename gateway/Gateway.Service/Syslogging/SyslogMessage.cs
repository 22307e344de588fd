using System.Globalization;
using System.Text;

namespace Gateway.Service.Syslogging;

/// <summary>How grave a message is (RFC 5424 section 6.2.1).</summary>
internal enum SyslogSeverity
{
    /// <summary>Action must be taken immediately.</summary>
    Alert = 1,

    /// <summary>Something failed.</summary>
    Error = 3,

    /// <summary>Something may fail.</summary>
    Warning = 4,

    /// <summary>Normal, and worth to know.</summary>
    Notice = 5,
}

/// <summary>A syslog message (RFC 5424), framed for a stream by its length (RFC 5425 section 4.3).</summary>
/// <param name="Facility">Which part of a system it is about.</param>
/// <param name="Severity">How grave it is.</param>
/// <param name="MessageId">What kind of message it is.</param>
/// <param name="At">When.</param>
/// <param name="Text">The message.</param>
internal sealed record SyslogMessage(int Facility, SyslogSeverity Severity, string MessageId, DateTimeOffset At, string Text)
{
    private const string ApplicationName = "Gateway.Service";
    private const int LongestHost = 255;

    /// <summary>The frame: a length, a space and the message with a byte order mark before its text.</summary>
    public byte[] ToFrame()
    {
        var host = string.Concat(Environment.MachineName.Where(c => c is > ' ' and < '\x7f').Take(LongestHost));
        var header = string.Create(
            CultureInfo.InvariantCulture,
            $"<{(Facility * 8) + (int)Severity}>1 {At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'} {(host.Length == 0 ? "-" : host)} {ApplicationName} {Environment.ProcessId} {MessageId} - ");
        byte[] message = [.. Encoding.ASCII.GetBytes(header), .. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Text)];
        return [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{message.Length} ")), .. message];
    }
}
