using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.Conversion;

/// <summary>How native pixels lie in memory (PS3.3 section C.7.6.3.1, PS3.5 section 8.1), where every sample is of whole bytes.</summary>
/// <param name="Rows">Rows of a frame.</param>
/// <param name="Columns">Pixels of a row.</param>
/// <param name="Samples">Samples of a pixel.</param>
/// <param name="SampleBytes">Bytes of a sample.</param>
/// <param name="IsByPlane">Whether the samples lie plane by plane, and not pixel by pixel.</param>
/// <param name="Frames">Frames.</param>
internal sealed record PixelLayout(int Rows, int Columns, int Samples, int SampleBytes, bool IsByPlane, long Frames)
{
    private static readonly Tag SamplesPerPixel = new(0x0028, 0x0002);
    private static readonly Tag PhotometricInterpretation = new(0x0028, 0x0004);
    private static readonly Tag PlanarConfiguration = new(0x0028, 0x0006);
    private static readonly Tag NumberOfFrames = new(0x0028, 0x0008);
    private static readonly Tag RowCount = new(0x0028, 0x0010);
    private static readonly Tag ColumnCount = new(0x0028, 0x0011);
    private static readonly Tag BitsAllocated = new(0x0028, 0x0100);

    public int Pixels => Rows * Columns;

    public int FrameBytes => Pixels * Samples * SampleBytes;

    public long TotalBytes => FrameBytes * Frames;

    /// <summary>The layout that a data set tells; null, and why, where RLE knows no such pixels (PS3.5 annex G).</summary>
    public static PixelLayout? Of(DataSet set, out string reason)
    {
        var (rows, columns) = (First(set, RowCount, 0), First(set, ColumnCount, 0));
        var (samples, bits, frames) = (First(set, SamplesPerPixel, 1), First(set, BitsAllocated, 0), First(set, NumberOfFrames, 1));
        reason = "";
        if (rows is < 1 or > 0xFFFF || columns is < 1 or > 0xFFFF || frames < 1)
            reason = $"it has {rows} rows, {columns} columns and {frames} frames";
        else if (bits is not (8 or 16 or 24 or 32 or 64) || samples is < 1 or > 15 || samples * bits / 8 > 15)
            reason = $"its pixels have {samples} samples of {bits} bits";
        else if (set.Text(PhotometricInterpretation) is "YBR_FULL_422" or "YBR_PARTIAL_422" or "YBR_PARTIAL_420")
            reason = "its chrominance is subsampled";
        else if (rows * columns * samples * bits / 8 > int.MaxValue || rows * columns * samples * bits / 8 * frames > 0xFFFFFFFE)
            reason = "its native pixels are longer than an element may be";
        return reason.Length > 0 ? null : new PixelLayout(
            (int)rows, (int)columns, (int)samples, (int)bits / 8, samples > 1 && First(set, PlanarConfiguration, 0) == 1, frames);
    }

    /// <summary>Where a byte of the first pixel's sample lies; the high byte is 0, as in RLE.</summary>
    public int StartOf(int sample, int highToLow)
    {
        var inSample = SampleBytes - 1 - highToLow;
        return IsByPlane ? (sample * Pixels * SampleBytes) + inSample : (sample * SampleBytes) + inSample;
    }

    /// <summary>From a byte of a pixel to the same of the next.</summary>
    public int Step => IsByPlane ? SampleBytes : Samples * SampleBytes;

    private static long First(DataSet set, Tag tag, long otherwise) => set.Integers(tag) is [var first, ..] ? first : otherwise;
}
