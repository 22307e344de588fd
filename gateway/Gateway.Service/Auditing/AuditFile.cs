using System.Globalization;
using System.Text;
using Gateway.Service.Configuration;
using Gateway.Service.Health;

namespace Gateway.Service.Auditing;

/// <summary>
/// The audit log: a file for each day (UTC), a message a line. A message is with the system before whoever wrote it goes on. One that
/// cannot be written degrades the service and is counted in the log, because what nobody can account for must be seen.
/// </summary>
internal sealed partial class AuditFile(AuditSettings settings, ServiceCondition condition, TimeProvider time, ILogger<AuditFile> log) : IDisposable
{
    /// <summary>What stands before the day in the name of a file.</summary>
    public const string Prefix = "audit-";

    private const string Suffix = ".log";
    private const string DayFormat = "yyyyMMdd";

    private readonly Lock turn = new();
    private FileStream? file;
    private DateOnly day;

    /// <summary>Puts a message behind the others.</summary>
    /// <param name="line">The message, in one line.</param>
    public void Write(string line)
    {
        lock (turn)
        {
            try
            {
                var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
                if (file is null || day != today)
                    Begin(today);
                file!.Write(Encoding.UTF8.GetBytes(line + "\n"));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                condition.Degrade();
                LogFailed(failure);
                file?.Dispose();
                file = null;
            }
        }
    }

    public void Dispose() => file?.Dispose();

    private void Begin(DateOnly today)
    {
        file?.Dispose();
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        file = new FileStream(Path.Combine(settings.Folder, Prefix + today.ToString(DayFormat, CultureInfo.InvariantCulture) + Suffix), options);
        day = today;
        foreach (var old in Directory.EnumerateFiles(settings.Folder, Prefix + "*" + Suffix))
        {
            if (DateOnly.TryParseExact(Path.GetFileNameWithoutExtension(old)[Prefix.Length..], DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var written)
                && written.AddDays(settings.RetainDays) < today)
                File.Delete(old);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "An audit message could not be written")]
    private partial void LogFailed(Exception failure);
}
