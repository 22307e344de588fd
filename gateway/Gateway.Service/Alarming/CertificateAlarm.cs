using Gateway.Service.Certifying;
using Gateway.Service.Ledgers;
using Gateway.Service.Watching;

namespace Gateway.Service.Alarming;

/// <summary>
/// Says in time that the network will not know this site any more: once a day from 30 days before its certificates end, graver from 7 days on, and gravest once none counts. One
/// that is installed and follows without a gap counts already.
/// </summary>
/// <param name="own">This site's certificate; null where none is configured.</param>
/// <param name="board">Where it is said.</param>
/// <param name="time">The clock.</param>
internal sealed class CertificateAlarm(OwnCertificate? own, AlarmBoard board, TimeProvider time) : ILedgerWatcher
{
    private const string Subject = "certificate";

    private static readonly TimeSpan InTime = TimeSpan.FromDays(30);
    private static readonly TimeSpan Soon = TimeSpan.FromDays(7);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenWords = TimeSpan.FromDays(1);
    private static readonly AlarmKind[] Kinds = [AlarmKind.CertificateEnds, AlarmKind.CertificateEndsSoon, AlarmKind.CertificateMissing];

    private DateTimeOffset lookedAt = DateTimeOffset.MinValue;
    private DateTimeOffset toldAt = DateTimeOffset.MinValue;
    private AlarmKind? told;

    public void Take(LedgerLine line, string? target)
    {
    }

    public void Look()
    {
        var now = time.GetUtcNow();
        if ((now - lookedAt).Duration() < BetweenLooks) // whichever way the clock was set
            return;
        lookedAt = now;
        var forecast = own?.Forecast ?? new CertificateForecast(HasAny: false, IsValid: false, now);
        var left = forecast.Until - now;
        AlarmKind? kind = !forecast.IsValid ? AlarmKind.CertificateMissing : left <= Soon ? AlarmKind.CertificateEndsSoon : left <= InTime ? AlarmKind.CertificateEnds : null;
        if (kind is null)
        {
            if (told is not null)
                board.Clear(told, Subject, $"The network knows this site until {forecast.Until:yyyy-MM-dd HH:mm} UTC.");
            told = null;
        }
        else if (kind != told || (now - toldAt).Duration() >= BetweenWords)
        {
            foreach (var other in Kinds.Where(other => other != kind))
                board.Replace(other, Subject);
            board.Raise(kind, Subject, Text(forecast, left));
            (told, toldAt) = (kind, now);
        }
    }

    private static string Text(CertificateForecast forecast, TimeSpan left) =>
        !forecast.HasAny ? "This site has no certificate whose key can be used: its mail servers let it not in. gwctl cert show says what is there, gwctl cert request asks for one."
        : !forecast.IsValid ? "No certificate of this site counts now: its mail servers let it not in. gwctl cert show says which there are, gwctl cert renew asks for a new one."
        : $"This site's certificate ends in {Days(left)}, on {forecast.Until:yyyy-MM-dd HH:mm} UTC, and none is installed that follows it: then its mail servers let it not in. gwctl cert renew asks for one.";

    private static string Days(TimeSpan left) => left.Days switch { 0 => "less than a day", 1 => "1 day", var days => $"{days} days" };
}
