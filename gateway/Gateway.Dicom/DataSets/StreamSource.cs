namespace Gateway.Dicom.DataSets;

/// <summary>Values in the stream that the data set was read from.</summary>
/// <param name="stream">A stream that can be positioned.</param>
/// <param name="origin">Where in it the data set starts.</param>
internal sealed class StreamSource(Stream stream, long origin) : ValueSource
{
    public override void Read(long offset, Span<byte> target)
    {
        stream.Position = origin + offset;
        stream.ReadExactly(target);
    }
}
