using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>A secret key of this gateway (RFC 9580 section 10.1.2): a primary key that certifies and signs, and a subkey that messages are encrypted to.</summary>
public sealed class OwnKey
{
    private readonly PgpSecretKeyRing ring;
    private readonly IReadOnlyList<PgpPrivateKey> secrets;

    private OwnKey(PgpSecretKeyRing ring)
    {
        this.ring = ring;
        Public = new PublicKey(new PgpPublicKeyRing(PublicPackets(ring)));
        try
        {
            secrets = [.. ring.GetSecretKeys().Where(key => !key.IsPrivateKeyEmpty && Public.Holds(key.KeyId)).Select(key => key.ExtractPrivateKeyRaw([]))];
        }
        catch (Exception e)
        {
            throw new OpenPgpException(OpenPgpProblem.Malformed, "the secret key cannot be read", e);
        }
    }

    /// <summary>What others may know of it.</summary>
    public PublicKey Public { get; }

    /// <summary>The fingerprint of the primary key, which names the whole.</summary>
    public Fingerprint Fingerprint => Public.Fingerprint;

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created => Public.Created;

    /// <summary>When it expires; null for never.</summary>
    public DateTimeOffset? Expires => Public.Expires;

    /// <summary>Makes a new key.</summary>
    /// <param name="algorithm">What it is made of. RSA takes a second or more.</param>
    /// <param name="userId">Whose it is: a name and an address in angle brackets.</param>
    /// <param name="at">When it is made; whole seconds count.</param>
    /// <param name="validity">How long it is valid; whole seconds count.</param>
    public static OwnKey Generate(KeyAlgorithm algorithm, string userId, DateTimeOffset at, TimeSpan validity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(validity, TimeSpan.FromSeconds(1));
        var (primary, subkey) = algorithm switch
        {
            KeyAlgorithm.Rsa3072 => (Rsa(3072, at), Rsa(3072, at)),
            KeyAlgorithm.Rsa4096 => (Rsa(4096, at), Rsa(4096, at)),
            KeyAlgorithm.Curve25519 => (
                Curve(PublicKeyAlgorithmTag.EdDsa_Legacy, new Ed25519KeyPairGenerator(), new Ed25519KeyGenerationParameters(Secure()), at),
                Curve(PublicKeyAlgorithmTag.ECDH, new X25519KeyPairGenerator(), new X25519KeyGenerationParameters(Secure()), at)),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
        };
        var certified = Describe(primary, PgpKeyFlags.CanCertify | PgpKeyFlags.CanSign, at, validity);
        certified.SetPreferredSymmetricAlgorithms(false, [(int)SymmetricKeyAlgorithmTag.Aes256, (int)SymmetricKeyAlgorithmTag.Aes192, (int)SymmetricKeyAlgorithmTag.Aes128]);
        certified.SetPreferredHashAlgorithms(false, [(int)HashAlgorithmTag.Sha256, (int)HashAlgorithmTag.Sha512, (int)HashAlgorithmTag.Sha384]);
        certified.SetPreferredCompressionAlgorithms(false, [(int)CompressionAlgorithmTag.Zip, (int)CompressionAlgorithmTag.ZLib, (int)CompressionAlgorithmTag.Uncompressed]);
        certified.SetFeature(false, Org.BouncyCastle.Bcpg.Sig.Features.FEATURE_MODIFICATION_DETECTION);
        certified.SetPrimaryUserId(false, true);
        var generator = new PgpKeyRingGenerator(
            PgpSignature.PositiveCertification, primary, userId, SymmetricKeyAlgorithmTag.Null, HashAlgorithmTag.Sha256, (byte[]?)null, false, certified.Generate(), null, Secure());
        generator.AddSubKey(subkey, Describe(primary, PgpKeyFlags.CanEncryptCommunications | PgpKeyFlags.CanEncryptStorage, at, validity).Generate(), null, HashAlgorithmTag.Sha256);
        return Read(generator.GenerateSecretKeyRing().GetEncoded(), null)[0]; // only what was read knows its subkeys as such
    }

    /// <summary>Reads all secret keys of a file, binary or armoured.</summary>
    /// <param name="file">The file.</param>
    /// <param name="passphrase">What protects the keys; null when nothing does.</param>
    /// <exception cref="OpenPgpException">It is not OpenPGP, holds no secret key, one that is too weak, or the passphrase is missing or wrong.</exception>
    public static IReadOnlyList<OwnKey> Read(ReadOnlySpan<byte> file, string? passphrase)
    {
        var keys = KeyBlocks.Read(file).OfType<PgpSecretKeyRing>().Select(ring => new OwnKey(Unprotected(ring, passphrase))).ToList();
        return keys.Count > 0 ? keys : throw new OpenPgpException(OpenPgpProblem.NotOpenPgp, "there is no secret key here");
    }

    /// <summary>Reads all secret keys of a stream.</summary>
    /// <param name="file">The file; it is left open.</param>
    /// <param name="passphrase">What protects the keys; null when nothing does.</param>
    /// <exception cref="OpenPgpException">As for bytes.</exception>
    public static IReadOnlyList<OwnKey> Read(Stream file, string? passphrase)
    {
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return Read(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), passphrase);
    }

    /// <summary>The secret key, binary, <b>protected by nothing</b>: whoever has these bytes reads and signs as this gateway.</summary>
    public byte[] Write() => ring.GetEncoded();

    /// <summary>Whether it can sign at a time, and messages that are encrypted to it then can be opened.</summary>
    public bool CanBeUsedAt(DateTimeOffset at) => FindSigningKey(at) is not null && Public.EncryptionKeyAt(at) is { } key && DecryptionKeys(key.KeyId).Any();

    /// <summary>The key that signs at a time.</summary>
    /// <exception cref="OpenPgpException">None may.</exception>
    internal PgpPrivateKey SigningKeyAt(DateTimeOffset at) => FindSigningKey(at)
        ?? throw new OpenPgpException(OpenPgpProblem.KeyUnusable, $"the own key {Fingerprint} is revoked, has expired, or cannot sign");

    /// <summary>The keys that a message to this id may be opened with: all that decrypt, for a hidden recipient (id 0).</summary>
    internal IEnumerable<PgpPrivateKey> DecryptionKeys(long keyId) =>
        secrets.Where(secret => (keyId == 0 || secret.KeyId == keyId) && secret.PublicKeyPacket.Algorithm is PublicKeyAlgorithmTag.RsaGeneral or PublicKeyAlgorithmTag.RsaEncrypt or PublicKeyAlgorithmTag.ECDH);

    private PgpPrivateKey? FindSigningKey(DateTimeOffset at) =>
        Public.SigningKeyIds.Where(id => Public.SigningKey(id, at, at).Key is not null).Select(id => secrets.FirstOrDefault(secret => secret.KeyId == id)).FirstOrDefault(secret => secret is not null);

    private static PgpKeyPair Rsa(int bits, DateTimeOffset at)
    {
        using var rsa = RSA.Create(bits);
        return new PgpKeyPair(PublicKeyAlgorithmTag.RsaGeneral, DotNetUtilities.GetRsaKeyPair(rsa), at.UtcDateTime);
    }

    private static PgpKeyPair Curve(PublicKeyAlgorithmTag algorithm, IAsymmetricCipherKeyPairGenerator generator, KeyGenerationParameters parameters, DateTimeOffset at)
    {
        generator.Init(parameters);
        return new PgpKeyPair(algorithm, generator.GenerateKeyPair(), at.UtcDateTime);
    }

    private static PgpSignatureSubpacketGenerator Describe(PgpKeyPair primary, int flags, DateTimeOffset at, TimeSpan validity)
    {
        var packets = new PgpSignatureSubpacketGenerator();
        packets.SetSignatureCreationTime(false, at.UtcDateTime);
        packets.SetIssuerFingerprint(false, primary.PublicKey);
        packets.SetKeyFlags(false, flags);
        packets.SetKeyExpirationTime(false, (long)validity.TotalSeconds);
        return packets;
    }

    private static SecureRandom Secure() => new();

    private static PgpSecretKeyRing Unprotected(PgpSecretKeyRing ring, string? passphrase)
    {
        try
        {
            var keys = ring.GetSecretKeys().Where(key => !key.IsPrivateKeyEmpty && key.KeyEncryptionAlgorithm != SymmetricKeyAlgorithmTag.Null).ToList();
            if (passphrase is null && keys.Count > 0)
                throw new OpenPgpException(OpenPgpProblem.WrongPassphrase, "the secret key is protected by a passphrase, and none was given");
            var utf8 = System.Text.Encoding.UTF8.GetBytes(passphrase ?? "");
            foreach (var key in keys)
                ring = PgpSecretKeyRing.InsertSecretKey(ring, PgpSecretKey.CopyWithNewPasswordRaw(key, utf8, null, SymmetricKeyAlgorithmTag.Null, Secure()));
            return ring;
        }
        catch (PgpException e)
        {
            throw new OpenPgpException(OpenPgpProblem.WrongPassphrase, "the secret key does not open with this passphrase", e);
        }
        catch (Exception e) when (e is not OpenPgpException)
        {
            throw new OpenPgpException(OpenPgpProblem.Unsupported, "the secret key is protected in a way that is not read here", e);
        }
    }

    private static byte[] PublicPackets(PgpSecretKeyRing ring)
    {
        using var bytes = new MemoryStream();
        foreach (var key in ring.GetPublicKeys())
            key.Encode(bytes);
        return bytes.ToArray();
    }
}
