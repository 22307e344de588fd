using System.Buffers.Binary;
using System.Text;
using CsCheck;

namespace Gateway.Dicom.Tests.Fuzzing;

/// <summary>One thing that is done to a file, which knows where its headers stand.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Where">At which header or byte, as a fraction of all.</param>
/// <param name="Value">A number that it needs.</param>
internal readonly record struct Mutation(MutationKind Kind, double Where, uint Value)
{
    private static readonly string[] Representations =
        ["SQ", "UN", "OB", "OW", "OF", "UT", "UI", "US", "UL", "FD", "AT", "PN", "DS", "IS", "CS", "ZZ", "??", "pn", "\0\0", "  "];

    public static Gen<Mutation> Any { get; } = Gen.Select(
        Gen.Enum<MutationKind>(), Gen.Double[0, 0.999999],
        Gen.OneOf(
            Gen.UInt, Gen.UInt[0, 300], Gen.OneOf(0u, 1u, 2u, 0xFFFEu, 0xFFFFu, 0x10000u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFFEu, 0xFFFFFFFFu)),
        (kind, where, value) => new Mutation(kind, where, value));

    /// <summary>A file with the mutation; one that does not fit leaves it as it is.</summary>
    public byte[] Apply(byte[] bytes, int dataSetOffset, bool isExplicit)
    {
        var headers = HeaderScan.Of(bytes, Math.Min(dataSetOffset, bytes.Length), isExplicit);
        if (bytes.Length == 0 || headers.Count == 0)
            return bytes;
        var header = headers[(int)(Where * headers.Count)];
        var at = (int)(Where * bytes.Length);
        var changed = bytes.ToArray();
        switch (Kind)
        {
            case MutationKind.Representation when header.IsExplicit:
                Encoding.Latin1.GetBytes(Representations[Value % Representations.Length], changed.AsSpan(header.At + 4));
                return changed;
            case MutationKind.Length when header.IsShort:
                BinaryPrimitives.WriteUInt16LittleEndian(changed.AsSpan(header.LengthAt), (ushort)Value);
                return changed;
            case MutationKind.Length:
                BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(header.LengthAt), Value);
                return changed;
            case MutationKind.LengthByALittle:
                changed[header.LengthAt] += (byte)((Value % 5) - 2);
                return changed;
            case MutationKind.Tag:
                BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(header.At), Value % 3 == 0 ? 0xE000FFFE : Value);
                return changed;
            case MutationKind.Nest:
                var level = Encoding.Latin1.GetBytes(isExplicit
                    ? "\x40\0\x75\x02SQ\0\0\xFF\xFF\xFF\xFF\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF"
                    : "\x40\0\x75\x02\xFF\xFF\xFF\xFF\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF");
                var levels = Enumerable.Repeat(level, 1 + (int)(Value % 100)).SelectMany(part => part);
                return [.. bytes[..header.At], .. levels, .. bytes[header.At..]];
            case MutationKind.Delimiter:
                byte[] delimiter = [0xFE, 0xFF, (byte)(Value % 2 == 0 ? 0x0D : 0xDD), 0xE0, 0, 0, 0, 0];
                return [.. bytes[..header.At], .. delimiter, .. bytes[header.At..]];
            case MutationKind.Repeat:
                var next = headers.FirstOrDefault(other => other.At > header.At).At;
                if (next == 0)
                    return bytes;
                var copies = Enumerable.Repeat(bytes[header.At..next], 1 + (int)(Value % 50)).SelectMany(part => part);
                return [.. bytes[..next], .. copies, .. bytes[next..]];
            case MutationKind.Remove:
                var end = (int)Math.Min(bytes.Length, header.At + (long)(Value % 64));
                return [.. bytes[..header.At], .. bytes[end..]];
            case MutationKind.Truncate:
                return bytes[..at];
            case MutationKind.Byte:
                changed[at] = (byte)Value;
                return changed;
            default:
                return bytes;
        }
    }
}
