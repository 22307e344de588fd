using System.Threading.Channels;

namespace Gateway.Service.Alarming;

/// <summary>
/// Alarms that wait for a carrier, in order. One that cannot be carried is tried again, after twice as long each time; the others wait
/// behind it, at most <see cref="Most"/>, then the oldest go. What has not been carried at a stop stands in the log.
/// </summary>
internal sealed partial class AlarmPost : BackgroundService, IAlarmChannel
{
    private const int Most = 1000;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly Channel<Alarm> waiting = Channel.CreateBounded<Alarm>(new BoundedChannelOptions(Most) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly IAlarmCarrier carrier;
    private readonly TimeProvider time;
    private readonly ILogger<AlarmPost> log;

    public AlarmPost(IAlarmCarrier carrier, TimeProvider time, ILogger<AlarmPost> log) => (this.carrier, this.time, this.log) = (carrier, time, log);

    public void Offer(Alarm alarm) => waiting.Writer.TryWrite(alarm);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var alarm in waiting.Reader.ReadAllAsync(stoppingToken))
                await CarryAsync(alarm, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            if (waiting.Reader.Count > 0)
                LogLeft(waiting.Reader.Count, carrier.Name);
        }
    }

    private async Task CarryAsync(Alarm alarm, CancellationToken cancellation)
    {
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                await carrier.CarryAsync(alarm, cancellation);
                return;
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                LogFailed(carrier.Name, alarm.Kind.Code, wait, $"{failure.GetType().Name}: {failure.Message}");
            }

            await Task.Delay(wait, time, cancellation);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Carrier} could not carry the alarm {Code} and tries again in {Wait}: {Reason}")]
    private partial void LogFailed(string carrier, string code, TimeSpan wait, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} alarms were not carried by {Carrier} before the service stopped")]
    private partial void LogLeft(int count, string carrier);
}
