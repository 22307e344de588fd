using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Threading.Channels;
using Gateway.Service.Auditing;
using Gateway.Service.Configuration;

namespace Gateway.Service.Syslogging;

/// <summary>
/// Sends to the syslog server what is to go there, in order. While the server is away messages wait, at most <see cref="Most"/>; then the
/// oldest go. Nobody waits for it. A server that is not who it must be gets nothing, and is a security alert in the audit file.
/// </summary>
internal sealed partial class SyslogSender : BackgroundService
{
    private const int Most = 10_000;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly Channel<SyslogMessage> waiting;
    private readonly SyslogSettings? settings;
    private readonly AuditFile file;
    private readonly AuditSource source;
    private readonly TimeProvider time;
    private readonly ILogger<SyslogSender> log;
    private SyslogConnection? connection;
    private SyslogMessage? held;
    private bool isAway;

    public SyslogSender(SyslogSettings? settings, AuditFile file, AuditSource source, TimeProvider time, ILogger<SyslogSender> log)
    {
        (this.settings, this.file, this.source, this.time, this.log) = (settings, file, source, time, log);
        waiting = Channel.CreateBounded<SyslogMessage>(new BoundedChannelOptions(Most) { FullMode = BoundedChannelFullMode.DropOldest }, _ => LogDropped(Most));
    }

    /// <summary>Whether there is a server to send to.</summary>
    public bool IsUsed => settings is not null;

    /// <summary>Puts a message behind the others; nothing happens where there is no server.</summary>
    public void Send(SyslogMessage message)
    {
        if (IsUsed)
            waiting.Writer.TryWrite(message);
    }

    /// <summary>Sends what waits for a moment longer, and ends.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var limit = new CancellationTokenSource(LastWords, time);
        try
        {
            while (IsUsed && (held is not null || waiting.Reader.TryRead(out held)))
                await SendHeldAsync(limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception failure) when (IsFailure(failure) || failure is OperationCanceledException)
        {
            LogUnsent(waiting.Reader.Count + 1);
        }

        await CloseAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = FirstWait;
        while (IsUsed && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                held ??= await waiting.Reader.ReadAsync(stoppingToken);
                await SendHeldAsync(stoppingToken);
                if (isAway)
                    LogBack(settings!.Host);
                (wait, isAway) = (FirstWait, false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (IsFailure(failure))
            {
                await CloseAsync();
                Tell(failure);
                await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
            }
        }
    }

    private static bool IsFailure(Exception failure) =>
        failure is IOException or SocketException or TimeoutException or AuthenticationException or CryptographicException or UnauthorizedAccessException;

    private async Task SendHeldAsync(CancellationToken cancellation)
    {
        connection ??= await SyslogConnection.OpenAsync(settings!, cancellation);
        await connection.SendAsync(held!.ToFrame());
        held = null;
    }

    private void Tell(Exception failure)
    {
        if (isAway)
            return;
        isAway = true;
        LogAway(failure, settings!.Host);
        if (failure is AuthenticationException)
        {
            var server = new AuditParticipant(settings.Host, IsRequestor: false, null, null, settings.Host);
            file.Write(AuditXml.Write(
                AuditMessages.NotAuthentic(AuditMessages.Own(null, isRequestor: true, null), server, "TLS with the syslog server failed: " + failure.Message, time.GetUtcNow()), source));
        }
    }

    private async Task CloseAsync()
    {
        if (connection is not null)
            await connection.DisposeAsync();
        connection = null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The syslog server {Host} gets nothing for now; messages wait")]
    private partial void LogAway(Exception failure, string host);

    [LoggerMessage(Level = LogLevel.Information, Message = "The syslog server {Host} gets messages again")]
    private partial void LogBack(string host);

    [LoggerMessage(Level = LogLevel.Warning, Message = "More than {Most} messages wait for the syslog server; the oldest is dropped, and stands in its file alone")]
    private partial void LogDropped(int most);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} messages did not reach the syslog server; they stand in their file")]
    private partial void LogUnsent(int count);
}
