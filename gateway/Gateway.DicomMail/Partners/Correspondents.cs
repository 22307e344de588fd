using Gateway.DicomMail.OpenPgp;

namespace Gateway.DicomMail.Partners;

/// <summary>Who writes to whom with which keys: our keys, those of partners that a person has accepted, and the partner directory.</summary>
/// <param name="Ring">The keys.</param>
/// <param name="Turns">Which of ours signs when.</param>
/// <param name="Directory">The partners.</param>
public sealed record Correspondents(KeyRing Ring, SigningTurns Turns, PartnerDirectory Directory)
{
    /// <summary>Nobody.</summary>
    public static Correspondents Nobody { get; } = new(new KeyRing([], []), new SigningTurns([], new Dictionary<Fingerprint, DateTimeOffset>()), PartnerDirectory.Empty);

    /// <summary>The key that we sign with.</summary>
    /// <param name="now">The time.</param>
    /// <returns>Null where there is none that can be used.</returns>
    public OwnKey? SignerAt(DateTimeOffset now) => Turns.At(now);

    /// <summary>The partner whose key has this id, or has a subkey of this id.</summary>
    /// <returns>Null where nobody has accepted such a key, or the directory gives it to no partner.</returns>
    public Partner? PartnerOf(long keyId) => Ring.Find(keyId) is { } key ? Directory.Of(key.Fingerprint) : null;

    /// <summary>The keys of a partner that were accepted here, whether they can still be used or not.</summary>
    public IEnumerable<PublicKey> AcceptedOf(Partner partner) => partner.Keys.Select(fingerprint => Ring.Known.FirstOrDefault(key => key.Fingerprint == fingerprint)).OfType<PublicKey>();

    /// <summary>The keys that a message to a partner is encrypted to: its first that can still be used.</summary>
    /// <param name="partner">The partner.</param>
    /// <param name="now">The time.</param>
    /// <returns>None where the partner has no key that was accepted here and can be used.</returns>
    public IReadOnlyList<PublicKey> KeysOf(Partner partner, DateTimeOffset now) => [.. AcceptedOf(partner).Where(key => key.CanEncryptAt(now)).Take(1)];
}
