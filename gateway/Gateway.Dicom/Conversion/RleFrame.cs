using System.Buffers.Binary;

namespace Gateway.Dicom.Conversion;

/// <summary>
/// One frame in RLE Lossless (PS3.5 annex G): a header of offsets and one segment for each byte of a pixel, the high byte of the first
/// sample first, each compressed by runs.
/// </summary>
internal static class RleFrame
{
    private const int HeaderLength = 64;
    private const int MostSegments = 15;
    private const int LongestRun = 128;

    /// <summary>The most bytes that one byte of RLE can stand for.</summary>
    public const int GreatestRatio = LongestRun / 2;

    /// <summary>Decodes a frame.</summary>
    /// <param name="coded">The fragment.</param>
    /// <param name="layout">How its pixels lie.</param>
    /// <param name="pixels">A frame of native pixels, little endian.</param>
    /// <exception cref="InvalidDataException">The fragment is no such frame; the message says what was found.</exception>
    public static void Decode(ReadOnlySpan<byte> coded, PixelLayout layout, Span<byte> pixels)
    {
        var segments = layout.Samples * layout.SampleBytes;
        if (coded.Length < HeaderLength)
            throw new InvalidDataException($"a frame of {coded.Length} bytes has no RLE header");
        if (BinaryPrimitives.ReadUInt32LittleEndian(coded) is var told && told != segments)
            throw new InvalidDataException($"a frame has {told} RLE segments where its pixels need {segments}");
        for (var segment = 0; segment < segments; segment++)
        {
            var start = Offset(coded, segment);
            var end = segment + 1 < segments ? Offset(coded, segment + 1) : coded.Length;
            if (start < HeaderLength || end < start || end > coded.Length)
                throw new InvalidDataException($"the RLE segment {segment + 1} reaches from byte {start} to {end} of {coded.Length}");
            var (sample, highToLow) = (segment / layout.SampleBytes, segment % layout.SampleBytes);
            DecodeSegment(coded[(int)start..(int)end], pixels[layout.StartOf(sample, highToLow)..], layout.Step, layout.Pixels);
        }
    }

    /// <summary>Encodes a frame; rows are compressed apart, as the standard wants it (PS3.5 section G.3.1).</summary>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, PixelLayout layout)
    {
        using var coded = new MemoryStream(pixels.Length / 2);
        coded.Write(stackalloc byte[HeaderLength]);
        var segments = layout.Samples * layout.SampleBytes;
        Span<byte> header = stackalloc byte[HeaderLength];
        header.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(header, segments);
        var row = new byte[layout.Columns];
        for (var segment = 0; segment < segments; segment++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(header[(4 + (segment * 4))..], (int)coded.Length);
            var at = layout.StartOf(segment / layout.SampleBytes, segment % layout.SampleBytes);
            for (var line = 0; line < layout.Rows; line++)
            {
                for (var column = 0; column < row.Length; column++, at += layout.Step)
                    row[column] = pixels[at];
                EncodeRow(row, coded);
            }

            if (coded.Length % 2 != 0)
                coded.WriteByte(0);
        }

        coded.Position = 0;
        coded.Write(header);
        return coded.ToArray();
    }

    private static long Offset(ReadOnlySpan<byte> coded, int segment) => segment < MostSegments
        ? BinaryPrimitives.ReadUInt32LittleEndian(coded[(4 + (segment * 4))..])
        : throw new InvalidDataException("a frame has more than 15 RLE segments");

    private static void DecodeSegment(ReadOnlySpan<byte> coded, Span<byte> target, int step, int count)
    {
        var (at, decoded) = (0, 0);
        for (var read = 0; decoded < count && read < coded.Length;)
        {
            var control = (sbyte)coded[read++];
            if (control == sbyte.MinValue)
                continue;
            var isRun = control < 0;
            var length = Math.Min(isRun ? 1 - control : control + 1, count - decoded);
            if (read + (isRun ? 1 : length) > coded.Length)
                break;
            for (var index = 0; index < length; index++, at += step)
                target[at] = coded[isRun ? read : read + index];
            decoded += length;
            read += isRun ? 1 : length;
        }

        if (decoded < count)
            throw new InvalidDataException($"an RLE segment has {decoded} of {count} bytes");
    }

    private static void EncodeRow(ReadOnlySpan<byte> row, MemoryStream coded)
    {
        for (var start = 0; start < row.Length;)
        {
            var run = RunLength(row[start..]);
            if (run > 1)
            {
                coded.WriteByte((byte)(1 - run));
                coded.WriteByte(row[start]);
                start += run;
                continue;
            }

            // A run of two inside of other bytes is not worth a run of its own (PS3.5 section G.3.1).
            var end = start + 1;
            while (end < row.Length && end - start < LongestRun && RunLength(row[end..]) < 3)
                end++;
            coded.WriteByte((byte)(end - start - 1));
            coded.Write(row[start..end]);
            start = end;
        }
    }

    private static int RunLength(ReadOnlySpan<byte> bytes)
    {
        var other = bytes[..Math.Min(bytes.Length, LongestRun)].IndexOfAnyExcept(bytes[0]);
        return other < 0 ? Math.Min(bytes.Length, LongestRun) : other;
    }
}
