using System.Buffers.Binary;
using Org.BouncyCastle.Bcpg;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>The body of one packet (RFC 9580 section 4.2), in either format, of any length: known, partial, or as long as what it lies in.</summary>
internal sealed class Packet : ForwardReader
{
    private const int LongestSmall = 1 << 16;

    private readonly Stream source;
    private long left;
    private bool partial;
    private bool toTheEnd;

    private Packet(Stream source, PacketTag tag) => (this.source, Tag) = (source, tag);

    public PacketTag Tag { get; }

    /// <summary>Reads the header of the next packet. The body of the one before must have been read.</summary>
    /// <returns>Null at the end.</returns>
    public static Packet? Next(Stream source)
    {
        var first = source.ReadByte();
        if (first < 0)
            return null;
        if ((first & 0x80) == 0)
            throw new OpenPgpException(OpenPgpProblem.Malformed, "no packet begins here");
        Packet packet;
        if ((first & 0x40) != 0)
        {
            packet = new Packet(source, (PacketTag)(first & 0x3F));
            packet.ReadLength();
        }
        else
        {
            packet = new Packet(source, (PacketTag)((first >> 2) & 0xF));
            if ((first & 3) == 3)
                packet.toTheEnd = true;
            else
                packet.left = packet.Number(1 << (first & 3));
        }

        return packet;
    }

    /// <summary>Writes a whole packet, new format, with its length in the octets that it needs.</summary>
    public static void Write(Stream output, PacketTag tag, ReadOnlySpan<byte> body)
    {
        output.Write([(byte)(0xC0 | (int)tag)]);
        WriteLength(output, body.Length);
        output.Write(body);
    }

    public static void WriteLength(Stream output, int length)
    {
        Span<byte> four = stackalloc byte[4];
        switch (length)
        {
            case < 192:
                output.Write([(byte)length]);
                break;
            case < 8384:
                output.Write([(byte)(((length - 192) >> 8) + 192), (byte)(length - 192)]);
                break;
            default:
                BinaryPrimitives.WriteInt32BigEndian(four, length);
                output.Write([0xFF]);
                output.Write(four);
                break;
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        if (toTheEnd)
            return source.Read(buffer);
        while (left == 0)
        {
            if (!partial)
                return 0;
            ReadLength();
        }

        var read = source.Read(buffer[..(int)Math.Min(buffer.Length, left)]);
        if (read == 0)
            throw CutOff();
        left -= read;
        return read;
    }

    /// <summary>Reads a body that is small by its nature, to its end.</summary>
    public byte[] ReadSmall()
    {
        var body = new byte[256];
        for (var length = 0; ;)
        {
            var read = Read(body.AsSpan(length));
            length += read;
            if (read == 0)
                return body[..length];
            if (length > LongestSmall)
                throw new OpenPgpException(OpenPgpProblem.Malformed, $"a packet of type {(int)Tag} is too long");
            if (length == body.Length)
                Array.Resize(ref body, 2 * length);
        }
    }

    /// <summary>Reads the next bytes of the body.</summary>
    public byte[] ReadExactly(int count)
    {
        var bytes = new byte[count];
        if (ReadAtLeast(bytes, count, throwOnEndOfStream: false) < count)
            throw new OpenPgpException(OpenPgpProblem.Malformed, $"a packet of type {(int)Tag} is too short");
        return bytes;
    }

    /// <summary>Reads over what is left of the body.</summary>
    public void Skip()
    {
        Span<byte> unread = stackalloc byte[1024];
        while (Read(unread) > 0)
        {
        }
    }

    private static OpenPgpException CutOff() => new(OpenPgpProblem.NotWhole, "the message is cut off");

    private void ReadLength()
    {
        var first = (int)Number(1);
        partial = first is >= 224 and < 255;
        left = first switch
        {
            < 192 => first,
            < 224 => ((first - 192) << 8) + Number(1) + 192,
            < 255 => 1L << (first & 0x1F),
            _ => Number(4),
        };
    }

    private long Number(int octets)
    {
        var number = 0L;
        for (var octet = 0; octet < octets; octet++)
        {
            var one = source.ReadByte();
            if (one < 0)
                throw CutOff();
            number = (number << 8) | (uint)one;
        }

        return number;
    }
}
