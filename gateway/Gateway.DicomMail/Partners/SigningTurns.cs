using Gateway.DicomMail.OpenPgp;

namespace Gateway.DicomMail.Partners;

/// <summary>
/// Which of our keys signs when: of those that can be used the one that was made last, but a new one only from the date that was set for it, until which partners have the time to
/// accept it. Where the key before it ends earlier, it signs from then on. Messages to any of our keys are opened at any time.
/// </summary>
/// <param name="Own">Our keys.</param>
/// <param name="From">From when on keys sign that do not do so from the beginning.</param>
public sealed record SigningTurns(IReadOnlyList<OwnKey> Own, IReadOnlyDictionary<Fingerprint, DateTimeOffset> From)
{
    /// <summary>The key that signs at a time.</summary>
    /// <returns>Null where none can.</returns>
    public OwnKey? At(DateTimeOffset at)
    {
        OwnKey? next = null;
        foreach (var key in Own.OrderByDescending(key => key.Created))
        {
            var canBeUsed = key.CanBeUsedAt(at);
            if (!canBeUsed && next is not null)
                return next;
            if (canBeUsed && !(From.TryGetValue(key.Fingerprint, out var from) && at < from))
                return key;
            if (canBeUsed)
                next = key;
        }

        return next;
    }

    /// <summary>Which key signs from when on, as it is now known.</summary>
    /// <param name="now">The time.</param>
    /// <returns>Each turn, the present one first; without a key where none can sign.</returns>
    public IReadOnlyList<(DateTimeOffset From, OwnKey? Key)> After(DateTimeOffset now)
    {
        List<(DateTimeOffset From, OwnKey? Key)> turns = [(now, At(now))];
        foreach (var moment in From.Values.Concat(Own.SelectMany(key => key.Public.Ends)).Where(moment => moment > now).Order())
        {
            if (At(moment) is var key && key != turns[^1].Key)
                turns.Add((moment, key));
        }

        return turns;
    }
}
