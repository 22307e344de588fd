using System.Buffers.Binary;
using System.Text;

namespace Gateway.Dicom.Tests.Fuzzing;

/// <summary>Where the headers of a well-formed little endian data set stand, found independently of the product's own walk.</summary>
internal static class HeaderScan
{
    /// <param name="At">The first byte of the header.</param>
    /// <param name="IsExplicit">Whether a VR is written.</param>
    /// <param name="LengthAt">The first byte of the length.</param>
    /// <param name="IsShort">Whether the length is of two bytes.</param>
    public readonly record struct Header(int At, bool IsExplicit, int LengthAt, bool IsShort);

    public static IReadOnlyList<Header> Of(byte[] bytes, int start, bool isExplicit)
    {
        List<Header> headers = [];
        for (var at = start; at + 12 <= bytes.Length;)
        {
            var isItem = bytes[at] == 0xFE && bytes[at + 1] == 0xFF;
            var vr = Encoding.ASCII.GetString(bytes, at + 4, 2);
            var hasVr = isExplicit && !isItem;
            var isShort = hasVr && vr is not ("OB" or "OW" or "OF" or "OD" or "OL" or "OV" or "SQ" or "UN" or "UT" or "UC" or "UR" or "SV" or "UV");
            var lengthAt = at + (hasVr ? isShort ? 6 : 8 : 4);
            var length = isShort
                ? BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(lengthAt))
                : BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(lengthAt));
            headers.Add(new Header(at, hasVr, lengthAt, isShort));
            var holdsHeaders = isItem || vr == "SQ" || length == 0xFFFFFFFF;
            at = lengthAt + (isShort ? 2 : 4) + (holdsHeaders ? 0 : (int)Math.Min(length, bytes.Length - lengthAt));
        }

        return headers;
    }
}
