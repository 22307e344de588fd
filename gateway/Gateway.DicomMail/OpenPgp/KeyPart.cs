using System.Buffers.Binary;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>A primary key or a subkey, as its valid self-signatures describe it.</summary>
/// <param name="Key">The key itself.</param>
/// <param name="Signs">Whether it may sign messages.</param>
/// <param name="Encrypts">Whether messages may be encrypted to it.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Expires">When it expires; null for never.</param>
/// <param name="Revoked">Whether its owner has revoked it.</param>
internal sealed record KeyPart(PgpPublicKey Key, bool Signs, bool Encrypts, DateTimeOffset Created, DateTimeOffset? Expires, bool Revoked)
{
    private const int WeakestRsaBits = 2048;
    private const byte KeyMark = 0x99;
    private const byte UserIdMark = 0xB4;

    /// <summary>Whether it is neither revoked nor expired, and made already.</summary>
    public bool IsValidAt(DateTimeOffset now) => !Revoked && now >= Created && (Expires is null || now < Expires);

    /// <summary>Reads the primary key: its latest self-certification says what it is for.</summary>
    /// <exception cref="OpenPgpException">It is weak, of another algorithm, or nothing that it signed itself describes it.</exception>
    public static KeyPart Primary(PgpPublicKey key)
    {
        if (WhyUnusable(key) is { } reason)
            throw reason;
        var latest = key.GetRawUserIds()
            .Select(id => (key.GetSignaturesForId(id) ?? []).Where(signature => IsBy(signature, key, () => Certifies(signature, key, id))).ToList())
            .Where(ofId => !ofId.Exists(signature => signature.SignatureType == PgpSignature.CertificationRevocation))
            .SelectMany(ofId => ofId.Where(signature => signature.SignatureType is >= PgpSignature.DefaultCertification and <= PgpSignature.PositiveCertification))
            .Concat(key.GetSignaturesOfType(PgpSignature.DirectKey).Where(signature => IsBy(signature, key, () => signature.VerifyCertification(key))))
            .MaxBy(signature => signature.CreationTime)
            ?? throw new OpenPgpException(OpenPgpProblem.KeyUnusable, "the key has no user id that it certified itself with an algorithm that still counts");
        var revoked = key.GetSignaturesOfType(PgpSignature.KeyRevocation).Any(signature => IsBy(signature, key, () => signature.VerifyCertification(key)));
        return Describe(key, latest, revoked, encryptsByDefault: key.IsEncryptionKey);
    }

    /// <summary>Reads a subkey: the latest signature of the primary key that binds it says what it is for (RFC 9580 section 10.1.5).</summary>
    /// <returns>Null when it is weak, of another algorithm, or not bound.</returns>
    public static KeyPart? Subkey(PgpPublicKey key, PgpPublicKey primary)
    {
        if (WhyUnusable(key) is not null)
            return null;
        var latest = key.GetSignaturesOfType(PgpSignature.SubkeyBinding)
            .Where(signature => IsBy(signature, primary, () => signature.VerifyCertification(primary, key)))
            .MaxBy(signature => signature.CreationTime);
        if (latest is null)
            return null;
        var revoked = key.GetSignaturesOfType(PgpSignature.SubkeyRevocation).Any(signature => IsBy(signature, primary, () => signature.VerifyCertification(primary, key)));
        var part = Describe(key, latest, revoked, encryptsByDefault: key.IsEncryptionKey);
        return part with { Signs = part.Signs && IsBoundBack(latest, key, primary) };
    }

    // A subkey that signs must have signed that it belongs to the primary key: otherwise anybody could take it for his own.
    private static bool IsBoundBack(PgpSignature binding, PgpPublicKey key, PgpPublicKey primary)
    {
        foreach (var embedded in (PgpSignatureList?[])[binding.GetHashedSubPackets()?.GetEmbeddedSignatures(), binding.GetUnhashedSubPackets()?.GetEmbeddedSignatures()])
        {
            if (Enumerable.Range(0, embedded?.Count ?? 0).Select(index => embedded![index]).Any(IsBinding))
                return true;
        }

        return false;

        bool IsBinding(PgpSignature signature) => signature.SignatureType == PgpSignature.PrimaryKeyBinding && IsBy(signature, key, () => signature.VerifyCertification(primary, key));
    }

    private static KeyPart Describe(PgpPublicKey key, PgpSignature signature, bool revoked, bool encryptsByDefault)
    {
        var packets = signature.GetHashedSubPackets();
        var created = new DateTimeOffset(DateTime.SpecifyKind(key.CreationTime, DateTimeKind.Utc));
        var seconds = packets.GetKeyExpirationTime();
        var hasFlags = packets.GetSubpacket(SignatureSubpacketTag.KeyFlags) is not null;
        var flags = packets.GetKeyFlags();
        var canSign = key.Algorithm is PublicKeyAlgorithmTag.RsaGeneral or PublicKeyAlgorithmTag.RsaSign or PublicKeyAlgorithmTag.EdDsa_Legacy;
        return new KeyPart(
            key,
            canSign && (!hasFlags || (flags & PgpKeyFlags.CanSign) != 0),
            key.IsEncryptionKey && (hasFlags ? (flags & (PgpKeyFlags.CanEncryptCommunications | PgpKeyFlags.CanEncryptStorage)) != 0 : encryptsByDefault),
            created,
            seconds == 0 ? null : created.AddSeconds(seconds),
            revoked);
    }

    private static bool IsBy(PgpSignature signature, PgpPublicKey key, Func<bool> verify)
    {
        // MD5 never counts. SHA-1 does, as for GnuPG: finding a second user id to a given one is not what is broken in it.
        if (signature.Version != 4 || signature.HashAlgorithm is HashAlgorithmTag.MD2 or HashAlgorithmTag.MD5 || (signature.KeyId != key.KeyId && signature.KeyId != 0))
            return false;
        try
        {
            signature.InitVerify(key);
            return verify();
        }
        catch (Exception)
        {
            return false; // an algorithm or a number that cannot be: no signature of this key
        }
    }

    // RFC 9580 section 5.2.4, over the bytes of the user id: they need not be UTF-8.
    private static bool Certifies(PgpSignature signature, PgpPublicKey key, byte[] id)
    {
        Span<byte> length = stackalloc byte[4];
        var body = key.PublicKeyPacket.GetEncodedContents();
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)body.Length);
        signature.Update([KeyMark, .. length[..2], .. body]);
        BinaryPrimitives.WriteInt32BigEndian(length, id.Length);
        signature.Update([UserIdMark, .. length, .. id]);
        return signature.Verify();
    }

    private static OpenPgpException? WhyUnusable(PgpPublicKey key)
    {
        if (key.Version != 4)
            return new(OpenPgpProblem.Unsupported, $"the key is of version {key.Version}, and only version 4 is read");
        return key.Algorithm switch
        {
            PublicKeyAlgorithmTag.RsaGeneral or PublicKeyAlgorithmTag.RsaEncrypt or PublicKeyAlgorithmTag.RsaSign => key.BitStrength < WeakestRsaBits
                ? new(OpenPgpProblem.KeyUnusable, $"an RSA key of {key.BitStrength} bits is too weak: {WeakestRsaBits} are the least")
                : null,
            PublicKeyAlgorithmTag.EdDsa_Legacy when Parameters(key) is Ed25519PublicKeyParameters => null,
            PublicKeyAlgorithmTag.ECDH when Parameters(key) is X25519PublicKeyParameters => null,
            PublicKeyAlgorithmTag.Dsa or PublicKeyAlgorithmTag.ElGamalEncrypt or PublicKeyAlgorithmTag.ElGamalGeneral =>
                new(OpenPgpProblem.KeyUnusable, "DSA and ElGamal keys are too weak (RFC 9580 section 9.1): RSA of 3072 bits or Curve25519 are good"),
            var other => new(OpenPgpProblem.Unsupported, $"keys of algorithm {(int)other}, or of its curve, are not read: RSA of 3072 bits or Curve25519 are"),
        };
    }

    private static AsymmetricKeyParameter? Parameters(PgpPublicKey key)
    {
        try
        {
            return key.GetKey();
        }
        catch (PgpException)
        {
            return null; // a curve that BouncyCastle does not know either
        }
    }
}
