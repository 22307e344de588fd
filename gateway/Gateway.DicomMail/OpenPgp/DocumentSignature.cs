using System.Buffers.Binary;
using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>The signature packet of a document (RFC 9580 section 5.2, version 4), over a hash that was made elsewhere.</summary>
internal static class DocumentSignature
{
    private const byte Version = 4;
    private const byte OnePassVersion = 3;
    private const int FingerprintBytes = 20;
    private const int CurveBytes = 32;

    // What a signature may insist on: everything else that is critical is not understood here (RFC 9580 section 5.2.3.7).
    private static readonly SignatureSubpacketTag[] Understood =
    [
        SignatureSubpacketTag.CreationTime, SignatureSubpacketTag.ExpireTime, SignatureSubpacketTag.IssuerKeyId, SignatureSubpacketTag.IssuerFingerprint, SignatureSubpacketTag.SignerUserId,
    ];

    /// <summary>Writes the packet that announces a signature, so that its hash can be made while the content passes.</summary>
    public static void Announce(Stream output, PgpPrivateKey key)
    {
        Span<byte> id = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(id, key.KeyId);
        Packet.Write(
            output,
            PacketTag.OnePassSignature,
            [OnePassVersion, PgpSignature.BinaryDocument, (byte)HashAlgorithmTag.Sha256, (byte)key.PublicKeyPacket.Algorithm, .. id, 1]);
    }

    /// <summary>Writes the signature.</summary>
    /// <param name="output">What it goes to.</param>
    /// <param name="key">The key that signs.</param>
    /// <param name="content">SHA-256 over the content, so far.</param>
    /// <param name="at">When it is made.</param>
    /// <param name="type">What is signed: bytes, or a text in its canonical form (RFC 9580 section 5.2.1).</param>
    public static void Write(Stream output, PgpPrivateKey key, IncrementalHash content, DateTimeOffset at, byte type = PgpSignature.BinaryDocument)
    {
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(four, (uint)at.ToUnixTimeSeconds());
        byte[] hashed =
        [
            1 + 4, (byte)SignatureSubpacketTag.CreationTime, .. four,
            2 + FingerprintBytes, (byte)SignatureSubpacketTag.IssuerFingerprint, Version, .. PgpPublicKey.CalculateFingerprint(key.PublicKeyPacket),
        ];
        Span<byte> id = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(id, key.KeyId);
        byte[] head = [Version, type, (byte)key.PublicKeyPacket.Algorithm, (byte)HashAlgorithmTag.Sha256, 0, (byte)hashed.Length, .. hashed];
        BinaryPrimitives.WriteInt32BigEndian(four, head.Length);
        content.AppendData(head);
        content.AppendData([Version, 0xFF, .. four]);
        var digest = content.GetHashAndReset();

        using var body = new MemoryStream();
        body.Write([.. head, 0, 1 + 1 + 8, 1 + 8, (byte)SignatureSubpacketTag.IssuerKeyId, .. id, digest[0], digest[1]]);
        if (key.Key is Ed25519PrivateKeyParameters curve)
        {
            var signer = new Ed25519Signer();
            signer.Init(true, curve);
            signer.BlockUpdate(digest);
            var pair = signer.GenerateSignature();
            Mpi.Write(body, pair.AsSpan(0, CurveBytes));
            Mpi.Write(body, pair.AsSpan(CurveBytes));
        }
        else
        {
            using var rsa = RSA.Create(DotNetUtilities.ToRSAParameters((RsaPrivateCrtKeyParameters)key.Key));
            Mpi.Write(body, rsa.SignHash(digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        }

        Packet.Write(output, PacketTag.Signature, body.GetBuffer().AsSpan(0, (int)body.Length));
    }

    /// <summary>Reads the body of a signature packet.</summary>
    /// <exception cref="OpenPgpException">It is malformed.</exception>
    public static PgpSignature Read(byte[] body)
    {
        try
        {
            using var packet = new MemoryStream();
            Packet.Write(packet, PacketTag.Signature, body);
            return ((PgpSignatureList)new PgpObjectFactory(packet.ToArray()).NextPgpObject())[0];
        }
        catch (Exception e)
        {
            throw new OpenPgpException(OpenPgpProblem.Malformed, "the signature packet cannot be read", e);
        }
    }

    /// <summary>The hash algorithm, if it is one that still counts for documents.</summary>
    public static HashAlgorithmName? Hash(HashAlgorithmTag tag) => tag switch
    {
        HashAlgorithmTag.Sha256 => HashAlgorithmName.SHA256,
        HashAlgorithmTag.Sha384 => HashAlgorithmName.SHA384,
        HashAlgorithmTag.Sha512 => HashAlgorithmName.SHA512,
        _ => null,
    };

    /// <summary>Judges a signature.</summary>
    /// <param name="signature">The signature.</param>
    /// <param name="contents">The hashes over the content, so far: one of them must be the one that was signed.</param>
    /// <param name="ring">The keys by which the signer is known.</param>
    /// <param name="when">The time at which its key must be valid beside that at which it was made; null: that alone.</param>
    public static SignatureVerdict Judge(PgpSignature signature, IReadOnlyList<IncrementalHash> contents, KeyRing ring, DateTimeOffset? when)
    {
        if (signature.Version != Version || signature.SignatureType is not (PgpSignature.BinaryDocument or PgpSignature.CanonicalTextDocument))
            return new SignatureVerdict.Bad("it is no signature of a document, version 4");
        if (Hash(signature.HashAlgorithm) is not { } algorithm)
            return new SignatureVerdict.Bad($"its hash algorithm {(int)signature.HashAlgorithm} does not count: SHA-256, SHA-384 and SHA-512 do");
        var packets = signature.GetHashedSubPackets();
        var keyId = signature.KeyId != 0 ? signature.KeyId : packets.GetIssuerFingerprint()?.GetFingerprint() is { Length: FingerprintBytes } issuer ? Fingerprint.Of(issuer).KeyId : 0;
        if (ring.Find(keyId) is not { } signer)
            return new SignatureVerdict.UnknownSigner(keyId);
        if (packets.GetSubpacket(SignatureSubpacketTag.CreationTime) is null)
            return new SignatureVerdict.Bad("it does not say when it was made");
        if (packets.GetCriticalTags().Except(Understood).Any())
            return new SignatureVerdict.Bad("it insists on something that is not understood here");
        var at = new DateTimeOffset(DateTime.SpecifyKind(signature.CreationTime, DateTimeKind.Utc));
        var now = when ?? at;
        if (packets.GetSignatureExpirationTime() is > 0 and var seconds && now >= at.AddSeconds(seconds))
            return new SignatureVerdict.Bad("it has expired");
        var (key, reason) = signer.SigningKey(keyId, at, now);
        if (key is null)
            return new SignatureVerdict.Bad(reason!);
        var trailer = signature.GetSignatureTrailer();
        foreach (var content in contents)
        {
            content.AppendData(trailer);
            if (Holds(signature, content.GetHashAndReset(), algorithm, key))
                return new SignatureVerdict.Good(signer.Fingerprint, at);
        }

        return new SignatureVerdict.Bad("the content is not what was signed");
    }

    private static bool Holds(PgpSignature signature, byte[] digest, HashAlgorithmName algorithm, PgpPublicKey key)
    {
        if (key.Algorithm != signature.KeyAlgorithm && !(key.Algorithm == PublicKeyAlgorithmTag.RsaSign && signature.KeyAlgorithm == PublicKeyAlgorithmTag.RsaGeneral))
            return false;
        try
        {
            var value = signature.GetSignature();
            if (key.GetKey() is Ed25519PublicKeyParameters curve)
            {
                var verifier = new Ed25519Signer();
                verifier.Init(false, curve);
                verifier.BlockUpdate(digest);
                return verifier.VerifySignature(value);
            }

            using var rsa = RSA.Create(DotNetUtilities.ToRSAParameters((RsaKeyParameters)key.GetKey()));
            return rsa.VerifyHash(digest, Mpi.ToLength(value, rsa.KeySize / 8), algorithm, RSASignaturePadding.Pkcs1);
        }
        catch (Exception)
        {
            return false; // numbers that cannot be a signature of this key
        }
    }
}
