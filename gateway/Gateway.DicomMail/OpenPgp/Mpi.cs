using System.Buffers.Binary;
using System.Numerics;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>Multiprecision integers (RFC 9580 section 3.2): the number of bits in two octets, then the number, big endian.</summary>
internal static class Mpi
{
    public static void Write(Stream output, ReadOnlySpan<byte> number)
    {
        number = number.TrimStart((byte)0);
        var bits = number.IsEmpty ? 0 : (8 * number.Length) - BitOperations.LeadingZeroCount((uint)number[0] << 24);
        Span<byte> count = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(count, (ushort)bits);
        output.Write(count);
        output.Write(number);
    }

    /// <summary>Reads one from the beginning of <paramref name="bytes"/>, and says what comes after it.</summary>
    /// <exception cref="OpenPgpException">It is cut off.</exception>
    public static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> rest)
    {
        var length = bytes.Length < 2 ? int.MaxValue : (BinaryPrimitives.ReadUInt16BigEndian(bytes) + 7) / 8;
        if (length > bytes.Length - 2)
            throw new OpenPgpException(OpenPgpProblem.Malformed, "a number is longer than its packet");
        rest = bytes[(2 + length)..];
        return bytes.Slice(2, length);
    }

    /// <summary>The number in as many octets as an algorithm wants.</summary>
    /// <exception cref="OpenPgpException">It does not fit.</exception>
    public static byte[] ToLength(ReadOnlySpan<byte> number, int length)
    {
        number = number.TrimStart((byte)0);
        if (number.Length > length)
            throw new OpenPgpException(OpenPgpProblem.Malformed, "a number is longer than its key");
        var padded = new byte[length];
        number.CopyTo(padded.AsSpan(length - number.Length));
        return padded;
    }
}
