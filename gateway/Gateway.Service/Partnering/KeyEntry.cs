using Gateway.DicomMail.OpenPgp;

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
/// <param name="DaysLeft">The days until then.</param>
/// <param name="IsUsable">Whether messages can be encrypted to it now.</param>
internal sealed record KeyEntry(string Standing, string Fingerprint, IReadOnlyList<string> UserIds, DateTimeOffset Created, DateTimeOffset? Expires, int? DaysLeft, bool IsUsable)
{
    /// <summary>A key.</summary>
    public static KeyEntry Of(string standing, PublicKey key, DateTimeOffset now) => new(
        standing, key.Fingerprint.Value, [.. key.UserIds], key.Created, key.Expires, key.Expires is { } end ? (int)(end - now).TotalDays : null, key.CanEncryptAt(now));
}
