using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;

namespace Gateway.Service.Partnering;

/// <summary>A key as it is shown: nothing of it is secret.</summary>
/// <param name="Standing">
/// <c>own</c>; <c>accepted</c>; <c>revoked</c> by a partner; <c>quarantined</c>: nobody has accepted it, and nothing uses it; <c>changed</c>: a new version of an accepted key, which
/// nobody has accepted.
/// </param>
/// <param name="Fingerprint">Its fingerprint.</param>
/// <param name="UserIds">Whose it says it is.</param>
/// <param name="Created">When it was made, UTC.</param>
/// <param name="Expires">When it ends, UTC; null for never.</param>
/// <param name="DaysLeft">The days until messages can no longer be encrypted to it; negative where it has ended.</param>
/// <param name="IsUsable">Whether messages can be encrypted to it now.</param>
/// <param name="Signs">Whether it is the key of this gateway that signs now.</param>
/// <param name="SignsFrom">When its turn to sign comes, UTC; null where it has it or none comes.</param>
/// <param name="SignsUntil">When the turn of another comes, UTC; null where none does.</param>
internal sealed record KeyEntry(
    string Standing, string Fingerprint, IReadOnlyList<string> UserIds, DateTimeOffset Created, DateTimeOffset? Expires, int? DaysLeft, bool IsUsable, bool Signs = false,
    DateTimeOffset? SignsFrom = null, DateTimeOffset? SignsUntil = null)
{
    /// <summary>A key.</summary>
    public static KeyEntry Of(string standing, PublicKey key, DateTimeOffset now) => new(
        standing, key.Fingerprint.Value, [.. key.UserIds], key.Created, key.Expires, (key.EncryptsUntil(now) ?? key.Expires) is { } end ? (int)(end - now).TotalDays : null, key.CanEncryptAt(now));

    /// <summary>Our keys, with their turns.</summary>
    public static IEnumerable<KeyEntry> OfOwn(SigningTurns turns, DateTimeOffset now)
    {
        var after = turns.After(now);
        foreach (var key in turns.Own)
        {
            var entry = Of("own", key.Public, now);
            var turn = after.Index().FirstOrDefault(one => one.Item.Key == key, (-1, default));
            yield return turn.Index < 0 ? entry : entry with
            {
                Signs = turn.Index == 0,
                SignsFrom = turn.Index == 0 ? null : turn.Item.From,
                SignsUntil = turn.Index + 1 < after.Count && after[turn.Index + 1].Key is not null ? after[turn.Index + 1].From : null,
            };
        }
    }
}
