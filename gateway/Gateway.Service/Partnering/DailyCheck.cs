using Gateway.Service.Configuration;

namespace Gateway.Service.Partnering;

/// <summary>Has the line to each partner checked once a day, at a time of the site's clock.</summary>
internal sealed partial class DailyCheck(MailSettings mail, ServiceSettings settings, FunctionCheck check, TimeProvider time, ILogger<DailyCheck> log) : BackgroundService
{
    /// <summary>How long it is from a moment to the next time of day, over midnight and changes of the clock: a day without that time has the check an hour later.</summary>
    /// <param name="now">The moment, in the site's time zone.</param>
    /// <param name="at">The time of day.</param>
    /// <param name="zone">The site's time zone.</param>
    public static TimeSpan UntilNext(DateTimeOffset now, TimeOnly at, TimeZoneInfo zone)
    {
        var local = now.DateTime.Date + at.ToTimeSpan();
        for (var days = 0; ; days++)
        {
            var next = local.AddDays(days);
            if (zone.IsInvalidTime(next))
                next = next.AddHours(1);
            var moment = new DateTimeOffset(next, zone.GetUtcOffset(next));
            if (moment > now)
                return moment - now;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (mail.CheckAt is not { } at)
            return;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(UntilNext(time.GetLocalNow(), at, time.LocalTimeZone), time, stoppingToken);
            foreach (var partner in settings.Targets.Partners)
                await CheckAsync(partner.Id);
        }
    }

    private async Task CheckAsync(string partner)
    {
        try
        {
            await check.SendAsync(partner);
            LogSent(partner);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogFailed(failure, partner);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The line to {Partner} is checked with a synthetic image")]
    private partial void LogSent(string partner);

    [LoggerMessage(Level = LogLevel.Error, Message = "The line to {Partner} could not be checked")]
    private partial void LogFailed(Exception failure, string partner);
}
