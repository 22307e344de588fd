namespace Gateway.DicomMail.OpenPgp;

/// <summary>The keys that a message is read with.</summary>
/// <param name="Own">The own keys, which open messages.</param>
/// <param name="Known">The keys of the partners, by which signers are known.</param>
public sealed record KeyRing(IReadOnlyList<OwnKey> Own, IReadOnlyList<PublicKey> Known)
{
    /// <summary>The key, of a partner or one's own, that has a primary key or subkey of this id.</summary>
    /// <returns>Null when there is none.</returns>
    internal PublicKey? Find(long keyId) => Known.FirstOrDefault(key => key.Holds(keyId)) ?? Own.FirstOrDefault(key => key.Public.Holds(keyId))?.Public;
}
