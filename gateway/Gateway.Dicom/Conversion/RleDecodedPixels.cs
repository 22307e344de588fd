using Gateway.Dicom.DataSets;

namespace Gateway.Dicom.Conversion;

/// <summary>Native pixels that are decoded from RLE frame by frame when they are read, so that one frame is in memory.</summary>
/// <param name="frames">The fragments, one a frame, without the offset table.</param>
/// <param name="layout">How the pixels lie.</param>
/// <param name="refusal">Makes the exception for a frame that does not decode.</param>
internal sealed class RleDecodedPixels(IReadOnlyList<BytesValue> frames, PixelLayout layout, Func<string, ConversionException> refusal)
    : ValueSource
{
    private byte[] pixels = [];
    private long decodedFrame = -1;

    public override void Read(long offset, Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            var (frame, start) = Math.DivRem(offset, layout.FrameBytes);
            Decode(frame);
            var part = pixels.AsSpan((int)start, (int)Math.Min(target.Length, layout.FrameBytes - start));
            part.CopyTo(target);
            target = target[part.Length..];
            offset += part.Length;
        }
    }

    private void Decode(long frame)
    {
        if (frame == decodedFrame)
            return;
        var fragment = frames[(int)frame];
        // Both are known before memory is asked for: what is not RLE at all cannot make us take more than it is worth.
        if (layout.FrameBytes > fragment.Length * RleFrame.GreatestRatio || fragment.Length > (layout.FrameBytes * 2L) + 1024)
            throw refusal($"a frame of {layout.FrameBytes} bytes cannot have {fragment.Length} bytes in RLE");
        if (pixels.Length == 0)
            pixels = new byte[layout.FrameBytes];
        try
        {
            RleFrame.Decode(fragment.ToMemory().Span, layout, pixels);
        }
        catch (InvalidDataException failure)
        {
            throw refusal(failure.Message);
        }

        decodedFrame = frame;
    }
}
