using Gateway.Dicom.DataSets;
using Gateway.Dicom.Dictionary;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Registry;

namespace Gateway.Dicom.Conversion;

/// <summary>
/// Brings data sets from one transfer syntax into another without loss (PS3.5 section 10, annexes A and G): between implicit and explicit
/// VR, little and big endian, deflated, and RLE Lossless. Every other compression passes only where it stays what it is. Pixels pass in
/// blocks or frame by frame; an object may be longer than memory. Implicit VR does not say the VRs of private elements: on the way back
/// they are UN, with the same bytes.
/// </summary>
public static class SyntaxConversion
{
    private static readonly Tag FloatPixelData = new(0x7FE0, 0x0008);
    private static readonly Tag PixelDataProvider = new(0x0028, 0x7FE0);
    private static readonly Tag DoubleFloatPixelData = new(0x7FE0, 0x0009);

    /// <summary>Whether a conversion between two syntaxes is possible for every data set whose pixels are what their attributes say.</summary>
    /// <param name="source">The transfer syntax of the data set.</param>
    /// <param name="target">The one that is wanted.</param>
    public static bool IsPossible(TransferSyntax source, TransferSyntax target) =>
        source == target || ((IsNative(source) || source.HasBigEndianPixels || source == TransferSyntax.RleLossless)
            && (IsNative(target) || target == TransferSyntax.RleLossless));

    /// <summary>Converts a DICOM file.</summary>
    /// <param name="file">A seekable stream, at the start of the file.</param>
    /// <param name="output">Is given the whole file, with a header of our own; left open.</param>
    /// <param name="target">The transfer syntax that is wanted.</param>
    /// <param name="limits">What is gone through, and what is kept in memory.</param>
    /// <param name="cancellation">Ends the conversion.</param>
    /// <exception cref="ConversionException">
    /// The conversion is not possible, or a frame does not decode; what was written until then is of no use.
    /// </exception>
    /// <exception cref="Part10Exception">The file is not a DICOM file.</exception>
    /// <exception cref="DataSetException">The data set cannot be read.</exception>
    /// <exception cref="IOException">A stream fails.</exception>
    public static void Convert(
        Stream file, Stream output, TransferSyntax target, DataSetLimits limits, CancellationToken cancellation)
    {
        var header = Part10Header.Read(file);
        var source = header.Meta.TransferSyntax;
        if (source == target)
        {
            output.Write(header.Meta.ToBytes());
            file.CopyTo(output);
            return;
        }

        if (source.Encoding == DataSetEncoding.Opaque)
            throw new ConversionException(source, target, "nobody here can read the first");
        var set = Convert(DataSetReader.Load(file, source, limits, cancellation), source, target);
        DicomFile.Write(output, header.Meta with { TransferSyntax = target }, set, GroupLengths.Drop, cancellation);
    }

    /// <summary>
    /// A data set that can be written in another transfer syntax. Its pixels are decoded or encoded when they are read; a frame that does
    /// not decode is a <see cref="ConversionException"/> only then.
    /// </summary>
    /// <param name="set">The data set.</param>
    /// <param name="source">The transfer syntax that it was read from.</param>
    /// <param name="target">The one that is wanted.</param>
    /// <exception cref="ConversionException">The conversion is not possible.</exception>
    public static DataSet Convert(DataSet set, TransferSyntax source, TransferSyntax target)
    {
        ConversionException Refusal(string reason) => new(source, target, reason);
        if (source == target)
            return set;
        if (target.Encoding == DataSetEncoding.Opaque || target.HasBigEndianPixels)
            throw Refusal("the target is private");
        if (!IsNative(target) && target != TransferSyntax.RleLossless && (set.HasFragments || set.Find(Tag.PixelData) is not null))
            throw Refusal("its pixels cannot be compressed so here");
        if (set.Find(PixelDataProvider) is not null)
            throw Refusal("its pixels are elsewhere");
        if (set.HasFragments && source != TransferSyntax.RleLossless)
            throw Refusal("its pixels cannot be decompressed here");
        if (target == TransferSyntax.ImplicitVrLittleEndian && Disguised(set) is { } tag)
            throw Refusal($"{tag} is no sequence, but would be read as a malformed one without its VR");
        if (target != TransferSyntax.RleLossless)
            return set.HasFragments ? Decoded(set, Refusal) : set;
        return Encoded(set, Refusal);
    }

    private static bool IsNative(TransferSyntax syntax) => !syntax.IsEncapsulated && syntax.Encoding != DataSetEncoding.Opaque
        && !syntax.HasBigEndianPixels;

    /// <summary>
    /// An element whose VR keeps readers from taking its value for the sequence that the dictionary says it is: some devices write sequences
    /// of explicit elements in UN.
    /// </summary>
    private static Tag? Disguised(DataSet set)
    {
        foreach (var element in set)
        {
            if (element.Value is SequenceValue sequence)
            {
                if (sequence.Items.Select(item => Disguised(item.DataSet)).FirstOrDefault(inner => inner is not null) is { } inside)
                    return inside;
            }
            else if (element.Value is BytesValue value && DataDictionary.RepresentationOf(element.Tag) == ValueRepresentation.Sequence
                && DataSetReader.IsMalformedSequence(value))
            {
                return element.Tag;
            }
        }

        return null;
    }

    /// <summary>With native pixels, also in the icons of its items.</summary>
    private static DataSet Decoded(DataSet set, Func<string, ConversionException> refusal) =>
        new(set.Select(element => Decoded(element, set, refusal)), set.CharacterSet);

    private static DataElement Decoded(DataElement element, DataSet set, Func<string, ConversionException> refusal)
    {
        switch (element.Value)
        {
            case FragmentsValue fragments:
                return element.Tag == Tag.PixelData
                    ? Decoded(element, fragments, set, refusal)
                    : throw refusal($"{element.Tag} is encapsulated");
            case SequenceValue sequence when sequence.Items.Any(item => item.DataSet.HasFragments):
                var items = sequence.Items.Select(item => item with { DataSet = Decoded(item.DataSet, refusal) }).ToArray();
                return element with { Value = new SequenceValue(items, sequence.IsUndefinedLength) };
            default:
                return element;
        }
    }

    private static DataElement Decoded(
        DataElement element, FragmentsValue fragments, DataSet set, Func<string, ConversionException> refusal)
    {
        var layout = PixelLayout.Of(set, out var reason) ?? throw refusal(reason);
        BytesValue[] frames = [.. fragments.Fragments.Skip(1)];
        if (frames.Length != layout.Frames)
            throw refusal($"it has {frames.Length} fragments for {layout.Frames} frames");
        var pixels = new BytesValue(new RleDecodedPixels(frames, layout, refusal), 0, layout.TotalBytes, isBigEndian: false);
        return element with { Vr = ValueRepresentation.Of(layout.SampleBytes > 1 ? "OW" : "OB"), Value = pixels };
    }

    private static DataSet Encoded(DataSet set, Func<string, ConversionException> refusal)
    {
        if (set.Find(FloatPixelData) is not null || set.Find(DoubleFloatPixelData) is not null)
            throw refusal("RLE has no pixels of floating point");
        if (set.Find(Tag.PixelData) is not { } element)
            return set;
        var layout = PixelLayout.Of(set, out var reason) ?? throw refusal(reason);
        if (element.Value is not BytesValue native || native.Length < layout.TotalBytes)
            throw refusal("its pixels are fewer than its attributes say");
        var encoded = new FragmentsValue(new RleEncodedFrames(native, element.Vr, layout));
        return set.With(new DataElement(Tag.PixelData, ValueRepresentation.Of("OB"), encoded));
    }
}
