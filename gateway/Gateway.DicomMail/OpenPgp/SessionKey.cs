using System.Buffers.Binary;
using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto.Agreement;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>The AES key of one message, and the packets that carry it to a recipient (RFC 9580 section 5.1, version 3).</summary>
internal sealed record SessionKey(byte[] Key)
{
    private const int Version = 3;
    private const int Aes256Bytes = 32;
    private const byte PointPrefix = 0x40;
    private const int PointBytes = 32;

    public static SessionKey Make() => new(RandomNumberGenerator.GetBytes(Aes256Bytes));

    /// <summary>Writes the packet that <paramref name="recipient"/> opens.</summary>
    public void WriteFor(PgpPublicKey recipient, Stream output)
    {
        byte[] secret = [(byte)SymmetricKeyAlgorithmTag.Aes256, .. Key, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(secret.AsSpan(secret.Length - 2), Checksum(Key));
        using var body = new MemoryStream();
        Span<byte> id = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(id, recipient.KeyId);
        body.Write([Version, .. id, (byte)recipient.Algorithm]);
        if (recipient.GetKey() is X25519PublicKeyParameters point)
        {
            var random = new X25519PrivateKeyParameters(new SecureRandom());
            var wrapper = new AesWrapEngine();
            wrapper.Init(true, new KeyParameter(Agree(random, point, recipient.PublicKeyPacket)));
            var fill = 8 - (secret.Length % 8);
            var wrapped = wrapper.Wrap([.. secret, .. Enumerable.Repeat((byte)fill, fill)], 0, secret.Length + fill);
            Mpi.Write(body, [PointPrefix, .. random.GeneratePublicKey().GetEncoded()]);
            body.Write([(byte)wrapped.Length, .. wrapped]);
        }
        else
        {
            using var rsa = RSA.Create(DotNetUtilities.ToRSAParameters((RsaKeyParameters)recipient.GetKey()));
            Mpi.Write(body, rsa.Encrypt(secret, RSAEncryptionPadding.Pkcs1));
        }

        Packet.Write(output, PacketTag.PublicKeyEncryptedSession, body.GetBuffer().AsSpan(0, (int)body.Length));
    }

    /// <summary>Opens a packet with whichever own key it is for.</summary>
    /// <param name="body">The body of the packet.</param>
    /// <param name="own">The own keys.</param>
    /// <returns>Null when it is for none of them, or does not open.</returns>
    /// <exception cref="OpenPgpException">It opens, and the message is encrypted with something else than AES.</exception>
    public static SessionKey? Open(ReadOnlySpan<byte> body, IReadOnlyList<OwnKey> own)
    {
        if (body.Length < 10 || body[0] != Version)
            return null;
        var id = BinaryPrimitives.ReadInt64BigEndian(body[1..]);
        foreach (var key in own.SelectMany(one => one.DecryptionKeys(id)))
        {
            if ((byte)key.PublicKeyPacket.Algorithm == body[9] && Decrypt(body[10..], key) is { } secret && Accept(secret) is { } session)
                return session;
        }

        return null;
    }

    private static byte[]? Decrypt(ReadOnlySpan<byte> fields, PgpPrivateKey key)
    {
        try
        {
            var number = Mpi.Read(fields, out var rest);
            if (key.Key is RsaPrivateCrtKeyParameters parameters)
            {
                using var rsa = RSA.Create(DotNetUtilities.ToRSAParameters(parameters));
                return rsa.Decrypt(Mpi.ToLength(number, rsa.KeySize / 8), RSAEncryptionPadding.Pkcs1);
            }

            if (key.Key is not X25519PrivateKeyParameters own || number.Length != 1 + PointBytes || number[0] != PointPrefix || rest.IsEmpty || rest[0] != rest.Length - 1)
                return null;
            var wrapper = new AesWrapEngine();
            wrapper.Init(false, new KeyParameter(Agree(own, new X25519PublicKeyParameters(number[1..]), key.PublicKeyPacket)));
            var padded = wrapper.Unwrap(rest[1..].ToArray(), 0, rest.Length - 1);
            var fill = padded[^1];
            return fill < padded.Length && !padded.AsSpan(padded.Length - fill).ContainsAnyExcept(fill) ? padded[..^fill] : null;
        }
        catch (Exception)
        {
            return null; // it does not open with this key, for whichever of many reasons
        }
    }

    private static SessionKey? Accept(byte[] secret)
    {
        if (secret.Length < 3)
            return null;
        var key = secret[1..^2];
        if (BinaryPrimitives.ReadUInt16BigEndian(secret.AsSpan(secret.Length - 2)) != Checksum(key))
            return null;
        var bytes = (SymmetricKeyAlgorithmTag)secret[0] switch
        {
            SymmetricKeyAlgorithmTag.Aes128 => 16,
            SymmetricKeyAlgorithmTag.Aes192 => 24,
            SymmetricKeyAlgorithmTag.Aes256 => Aes256Bytes,
            _ => throw new OpenPgpException(OpenPgpProblem.Unsupported, $"the message is encrypted with cipher {secret[0]}, and only AES is read: the sender can be told to use it"),
        };
        return key.Length == bytes ? new SessionKey(key) : null;
    }

    private static byte[] Agree(X25519PrivateKeyParameters own, X25519PublicKeyParameters other, PublicKeyPacket recipient)
    {
        var agreement = new X25519Agreement();
        agreement.Init(own);
        var shared = new byte[agreement.AgreementSize];
        agreement.CalculateAgreement(other, shared, 0);
        return Rfc6637Utilities.CreateKey(recipient, shared);
    }

    private static ushort Checksum(byte[] key) => (ushort)key.Sum(one => one);
}
