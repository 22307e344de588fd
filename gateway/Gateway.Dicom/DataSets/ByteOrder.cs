using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Gateway.Dicom.DataSets;

/// <summary>Turns numbers from little into big endian and back (PS3.5 section 7.3).</summary>
internal static class ByteOrder
{
    /// <summary>Reverses the bytes of each number; bytes at the end that are no whole number stay.</summary>
    public static void Reverse(Span<byte> bytes, int width)
    {
        switch (width)
        {
            case 2:
                var shorts = MemoryMarshal.Cast<byte, ushort>(bytes);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                var words = MemoryMarshal.Cast<byte, uint>(bytes);
                BinaryPrimitives.ReverseEndianness(words, words);
                break;
            case 8:
                var longs = MemoryMarshal.Cast<byte, ulong>(bytes);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }
}
