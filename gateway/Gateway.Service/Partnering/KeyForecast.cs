using Gateway.DicomMail.Partners;

namespace Gateway.Service.Partnering;

/// <summary>For how long there are keys, with what was accepted.</summary>
internal static class KeyForecast
{
    /// <summary>From when on no key of this gateway can sign, UTC; null where that is not foreseen.</summary>
    public static DateTimeOffset? OfOurs(Correspondents current, DateTimeOffset now) =>
        current.Turns.After(now).Where(turn => turn.Key is null).Select(turn => (DateTimeOffset?)turn.From).FirstOrDefault();

    /// <summary>From when on a partner has no key that can be written to, UTC, which is now where it has none; null where that is not foreseen.</summary>
    public static DateTimeOffset? Of(Partner partner, Correspondents current, DateTimeOffset now)
    {
        var ends = current.AcceptedOf(partner).Where(key => key.CanEncryptAt(now)).Select(key => key.EncryptsUntil(now)).ToList();
        return ends.Count == 0 ? now : ends.Contains(null) ? null : ends.Max();
    }
}
