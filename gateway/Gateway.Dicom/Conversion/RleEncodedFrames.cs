using System.Collections;
using Gateway.Dicom.DataSets;

namespace Gateway.Dicom.Conversion;

/// <summary>
/// The fragments of native pixels in RLE: an empty offset table, then one fragment a frame, encoded when it is asked for.
/// </summary>
/// <param name="native">The native pixels.</param>
/// <param name="vr">Their VR, which says what is swapped where they are big endian.</param>
/// <param name="layout">How they lie.</param>
internal sealed class RleEncodedFrames(BytesValue native, ValueRepresentation vr, PixelLayout layout) : IReadOnlyList<BytesValue>
{
    public int Count => (int)layout.Frames + 1;

    public BytesValue this[int index]
    {
        get
        {
            if (index == 0)
                return new BytesValue(ReadOnlyMemory<byte>.Empty);
            var pixels = new byte[layout.FrameBytes];
            native.Read((index - 1L) * layout.FrameBytes, pixels);
            if (native.IsBigEndian)
                ByteOrder.Reverse(pixels, vr.NumberWidth);
            return new BytesValue(RleFrame.Encode(pixels, layout));
        }
    }

    public IEnumerator<BytesValue> GetEnumerator()
    {
        for (var index = 0; index < Count; index++)
            yield return this[index];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
