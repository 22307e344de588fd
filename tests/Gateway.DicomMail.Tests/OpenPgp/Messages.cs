using Gateway.DicomMail.OpenPgp;
using Org.BouncyCastle.Bcpg;
using Packet = Gateway.DicomMail.OpenPgp.Packet;

namespace Gateway.DicomMail.Tests.OpenPgp;

/// <summary>Whole messages, in memory.</summary>
internal static class Messages
{
    public static byte[] Seal(byte[] content, OwnKey? signer = null, IReadOnlyList<PublicKey>? recipients = null, Compression compression = Compression.None, bool armored = false, int piece = 1 << 20)
    {
        using var message = new MemoryStream();
        using var armor = armored ? new ArmorWriter(message) : null;
        using (var sealing = EncryptingStream.Open((Stream?)armor ?? message, signer ?? Keys.Curve, recipients ?? [Keys.Curve.Public], compression, Keys.Now))
        {
            foreach (var part in content.Chunk(piece))
                sealing.Write(part);
            sealing.Complete();
        }

        armor?.Complete();
        return message.ToArray();
    }

    public static (byte[] Content, SignatureVerdict Verdict) Open(byte[] message, KeyRing? ring = null, DecryptionLimits? limits = null, TimeProvider? clock = null)
    {
        using var input = new MemoryStream(message);
        using var opened = DecryptingStream.Open(input, ring ?? Keys.Ring, limits ?? new(), clock);
        using var content = new MemoryStream();
        opened.CopyTo(content);
        return (content.ToArray(), opened.Signature);
    }

    /// <summary>Bytes that are like a CT image: small differences of 16 bits, so that compression has something to do.</summary>
    public static byte[] Content(int length, int seed = 1)
    {
        var random = new Random(seed);
        var content = new byte[length];
        for (var at = 0; at < length; at++)
            content[at] = (at & 1) == 0 ? (byte)random.Next(24, 60) : (byte)4;
        return content;
    }

    /// <summary>A message that holds exactly these packets, encrypted as it should be.</summary>
    public static byte[] SealPackets(Action<Stream> write)
    {
        using var message = new MemoryStream();
        var key = SessionKey.Make();
        key.WriteFor(Keys.Curve.Public.EncryptionKeyAt(Keys.Now)!, message);
        using var seal = new SealedWriter(message, key);
        write(seal);
        seal.Complete();
        return message.ToArray();
    }

    public static byte[] Literal(byte[] content)
    {
        using var packet = new MemoryStream();
        Packet.Write(packet, PacketTag.LiteralData, [(byte)'b', 0, 0, 0, 0, 0, .. content]);
        return packet.ToArray();
    }

    public static byte[] Zipped(byte[] packets)
    {
        using var body = new MemoryStream();
        body.WriteByte((byte)CompressionAlgorithmTag.Zip);
        using (var deflate = new System.IO.Compression.DeflateStream(body, System.IO.Compression.CompressionLevel.SmallestSize, leaveOpen: true))
            deflate.Write(packets);
        using var packet = new MemoryStream();
        Packet.Write(packet, PacketTag.CompressedData, body.ToArray());
        return packet.ToArray();
    }
}
