using System.Text;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>
/// An OpenPGP certificate (RFC 9580 section 10.1), version 4, RSA or Curve25519. Only what the primary key has signed itself counts: user ids and subkeys that somebody else added do not.
/// Revocations by designated revokers are not read.
/// </summary>
public sealed class PublicKey
{
    private readonly PgpPublicKeyRing ring;
    private readonly KeyPart primary;
    private readonly IReadOnlyList<KeyPart> parts;

    internal PublicKey(PgpPublicKeyRing ring)
    {
        this.ring = ring;
        var master = ring.GetPublicKey();
        try
        {
            primary = KeyPart.Primary(master);
            parts = [primary, .. ring.GetPublicKeys().Where(key => !key.IsMasterKey).Select(key => KeyPart.Subkey(key, master)).OfType<KeyPart>()];
            Fingerprint = Fingerprint.Of(master.GetFingerprint());
            UserIds = [.. master.GetRawUserIds().Select(Encoding.UTF8.GetString)];
        }
        catch (Exception e) when (e is not OpenPgpException)
        {
            throw new OpenPgpException(OpenPgpProblem.Malformed, "the key cannot be read", e);
        }
    }

    /// <summary>The fingerprint of the primary key, which names the whole.</summary>
    public Fingerprint Fingerprint { get; }

    /// <summary>Whose key it says that it is: usually a name and an address in angle brackets.</summary>
    public IReadOnlyList<string> UserIds { get; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created => primary.Created;

    /// <summary>When it expires; null for never.</summary>
    public DateTimeOffset? Expires => primary.Expires;

    /// <summary>Whether its owner has revoked it.</summary>
    public bool IsRevoked => primary.Revoked;

    /// <summary>The length of its shortest RSA key that counts, in bits; null where it has none.</summary>
    public int? ShortestRsaBits => parts.Where(part => part.Key.Algorithm is PublicKeyAlgorithmTag.RsaGeneral or PublicKeyAlgorithmTag.RsaEncrypt or PublicKeyAlgorithmTag.RsaSign)
        .Select(part => (int?)part.Key.BitStrength).Min();

    /// <summary>When something of it ends.</summary>
    internal IEnumerable<DateTimeOffset> Ends => parts.Select(part => part.Expires).OfType<DateTimeOffset>();

    /// <summary>Reads all certificates of a file, binary or armoured.</summary>
    /// <exception cref="OpenPgpException">It is not OpenPGP, holds no public key, or one that is too weak.</exception>
    public static IReadOnlyList<PublicKey> Read(ReadOnlySpan<byte> file)
    {
        var keys = KeyBlocks.Read(file).OfType<PgpPublicKeyRing>().Select(ring => new PublicKey(ring)).ToList();
        return keys.Count > 0 ? keys : throw new OpenPgpException(OpenPgpProblem.NotOpenPgp, "there is no public key here");
    }

    /// <summary>Reads all certificates of an armoured text.</summary>
    /// <exception cref="OpenPgpException">As for bytes.</exception>
    public static IReadOnlyList<PublicKey> Read(string armored) => Read(Encoding.UTF8.GetBytes(armored));

    /// <summary>The certificate, binary.</summary>
    public byte[] Write() => ring.GetEncoded();

    /// <summary>The certificate as ASCII armour.</summary>
    public string ToArmor() => ArmorWriter.Text(Write(), "PGP PUBLIC KEY BLOCK");

    /// <summary>Whether the primary key or a subkey has this id.</summary>
    public bool Holds(long keyId) => parts.Any(part => part.Key.KeyId == keyId);

    /// <summary>Whether a message can be encrypted to it now: neither it nor its encryption key is revoked or has expired.</summary>
    public bool CanEncryptAt(DateTimeOffset now) => EncryptionKeyAt(now) is not null;

    /// <summary>When messages can no longer be encrypted to it, which is before its own end where its encryption key ends before.</summary>
    /// <param name="now">The time, at which they can be.</param>
    /// <returns>Null for never.</returns>
    public DateTimeOffset? EncryptsUntil(DateTimeOffset now) => Ends.Where(end => end > now && !CanEncryptAt(end)).Order().Select(end => (DateTimeOffset?)end).FirstOrDefault();

    /// <summary>The newest key that messages are to be encrypted to.</summary>
    /// <returns>Null when there is none at that time.</returns>
    internal PgpPublicKey? EncryptionKeyAt(DateTimeOffset now) => primary.IsValidAt(now)
        ? parts.Where(part => part.Encrypts && part.IsValidAt(now)).MaxBy(part => part.Created)?.Key
        : null;

    /// <summary>The ids of the keys that may sign, newest first.</summary>
    internal IEnumerable<long> SigningKeyIds => parts.Where(part => part.Signs && !part.Revoked).OrderByDescending(part => part.Created).Select(part => part.Key.KeyId);

    /// <summary>The key of this id, if it may have signed at a time.</summary>
    /// <param name="keyId">The id that a signature names.</param>
    /// <param name="signedAt">When it says that it was made.</param>
    /// <param name="now">The time: an expired key is not believed, whatever the signature says.</param>
    /// <returns>The key, or why it must not have signed.</returns>
    internal (PgpPublicKey? Key, string? Reason) SigningKey(long keyId, DateTimeOffset signedAt, DateTimeOffset now)
    {
        var part = parts.First(one => one.Key.KeyId == keyId);
        if (!part.Signs)
            return (null, "the key is not made for signing");
        foreach (var one in (KeyPart[])[primary, part])
        {
            if (one.Revoked)
                return (null, "the key is revoked");
            if (one.Expires is { } end && (signedAt >= end || now >= end))
                return (null, $"the key expired on {end:yyyy-MM-dd}");
            if (signedAt < one.Created)
                return (null, "the signature is older than its key");
        }

        return (part.Key, null);
    }
}
