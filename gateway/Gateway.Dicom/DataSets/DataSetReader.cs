using System.Collections.Frozen;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Text;

namespace Gateway.Dicom.DataSets;

/// <summary>
/// Reads the structure of a data set (PS3.5 section 7, annex A): headers, sequences and fragments, but no value except four UIDs and
/// those that are wanted. Malformed is what cannot be walked to its end: a header or value that is cut off or longer than what holds it,
/// an item where none may be, a sequence without its end, deflated data that does not inflate. What real devices do wrong and DCMTK
/// passes on is no problem: elements out of order, values of odd length, strange VRs, delimiters with nothing to delimit.
/// </summary>
public static class DataSetReader
{
    /// <summary>Reads the data set that a stream holds from its position to its end.</summary>
    /// <param name="stream">A seekable stream; its position afterwards is not defined.</param>
    /// <param name="syntax">The transfer syntax.</param>
    /// <param name="limits">What is gone through.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static DataSetSummary Read(Stream stream, TransferSyntax syntax, DataSetLimits limits, CancellationToken cancellation) =>
        Read(stream, syntax, limits, FrozenSet<Tag>.Empty, cancellation);

    /// <summary>Reads the data set that a stream holds from its position to its end, and keeps the wanted elements of its top level.</summary>
    /// <param name="stream">A seekable stream; its position afterwards is not defined.</param>
    /// <param name="syntax">The transfer syntax.</param>
    /// <param name="limits">What is gone through.</param>
    /// <param name="wanted">Which elements are kept; one longer than <see cref="RawElement.LongestWanted"/> is not.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static DataSetSummary Read(
        Stream stream, TransferSyntax syntax, DataSetLimits limits, IReadOnlySet<Tag> wanted, CancellationToken cancellation)
    {
        switch (syntax.Encoding)
        {
            case DataSetEncoding.Opaque:
                return new DataSetSummary(null, null, null, null, IsOpaque: true, Problem: null);
            case DataSetEncoding.Deflated:
                using (var inflating = new InflatingCursor(stream, limits.MaximumInflatedBytes))
                    return Read(inflating, DataSetEncoding.ExplicitLittleEndian, limits, wanted, cancellation);
            default:
                return Read(new StreamCursor(stream), syntax.Encoding, limits, wanted, cancellation);
        }
    }

    /// <summary>
    /// Loads the data set that a stream holds from its position to its end. Long values stay in the stream, which must be open as long as
    /// they are used.
    /// </summary>
    /// <param name="stream">A seekable stream; its position afterwards is not defined.</param>
    /// <param name="syntax">The transfer syntax.</param>
    /// <param name="limits">What is gone through, and what is kept in memory.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="DataSetException">
    /// The data set is malformed, as <see cref="Read(Stream, TransferSyntax, DataSetLimits, CancellationToken)"/> would tell, has too many
    /// elements, or is in a private transfer syntax.
    /// </exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static DataSet Load(Stream stream, TransferSyntax syntax, DataSetLimits limits, CancellationToken cancellation)
    {
        var origin = stream.Position;
        switch (syntax.Encoding)
        {
            case DataSetEncoding.Opaque:
                throw new DataSetException(new DataSetProblem(0, "", $"Data sets in the private transfer syntax {syntax} cannot be read"));
            case DataSetEncoding.Deflated:
                using (var inflating = new InflatingCursor(stream, limits.MaximumInflatedBytes))
                {
                    var inflated = new InflatedStream(stream, origin);
                    var builder = new DataSetBuilder(new StreamSource(inflated, 0), limits, hasBigEndianPixels: false);
                    return Load(inflating, DataSetEncoding.ExplicitLittleEndian, limits, builder, cancellation);
                }

            default:
                var direct = new DataSetBuilder(new StreamSource(stream, origin), limits, syntax.HasBigEndianPixels);
                return Load(new StreamCursor(stream), syntax.Encoding, limits, direct, cancellation);
        }
    }

    /// <summary>
    /// The items in a value whose VR nobody knew: a private sequence that went through implicit VR. Null where it holds none.
    /// </summary>
    internal static IReadOnlyList<SequenceItem>? LoadItems(
        BytesValue value, SpecificCharacterSet outer, DataSetLimits limits, CancellationToken cancellation)
    {
        if (!StartsWithItem(value))
            return null;
        using var stream = new ValueStream(value);
        var builder = new DataSetBuilder(new StreamSource(stream, 0), limits, hasBigEndianPixels: false);
        var walk = new StructureWalk(
            new StreamCursor(stream), DataSetEncoding.ImplicitLittleEndian, limits.MaximumNesting, builder, LevelKind.Items);
        try
        {
            return walk.Run(cancellation) is null ? builder.CompleteItems(outer) : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Whether a value that begins as a sequence in implicit VR does not go on as one.</summary>
    internal static bool IsMalformedSequence(BytesValue value) => StartsWithItem(value)
        && LoadItems(value, SpecificCharacterSet.Default, DataSetLimits.Default, CancellationToken.None) is null;

    private static bool StartsWithItem(BytesValue value)
    {
        Span<byte> start = stackalloc byte[4];
        if (value.Length < ElementHeader.MinimumSize)
            return false;
        value.Read(0, start);
        return start is [0xFE, 0xFF, 0x00 or 0xDD, 0xE0];
    }

    private static DataSet Load(
        DataCursor cursor, DataSetEncoding encoding, DataSetLimits limits, DataSetBuilder builder, CancellationToken cancellation)
    {
        if (Walk(cursor, encoding, limits, builder, cancellation) is { } problem)
            throw new DataSetException(problem);
        return builder.Complete();
    }

    private static DataSetSummary Read(
        DataCursor cursor, DataSetEncoding encoding, DataSetLimits limits, IReadOnlySet<Tag> wanted, CancellationToken cancellation)
    {
        var elements = new WantedElements(wanted);
        var problem = Walk(cursor, encoding, limits, elements, cancellation);
        var found = elements.Found;
        return new DataSetSummary(
            Identifier(found, Tag.SopClassUid), Identifier(found, Tag.SopInstanceUid),
            Identifier(found, Tag.StudyInstanceUid), Identifier(found, Tag.SeriesInstanceUid), IsOpaque: false, problem)
        {
            Wanted = found.Where(pair => wanted.Contains(pair.Key)).ToDictionary(),
            CharacterSet = found.TryGetValue(Tag.SpecificCharacterSet, out var set)
                ? SpecificCharacterSet.Parse(set.Value.Span)
                : SpecificCharacterSet.Default,
        };
    }

    private static DataSetProblem? Walk(
        DataCursor cursor, DataSetEncoding encoding, DataSetLimits limits, IStructureVisitor visitor, CancellationToken cancellation)
    {
        try
        {
            return new StructureWalk(cursor, encoding, limits.MaximumNesting, visitor).Run(cancellation);
        }
        catch (InvalidDataException failure)
        {
            return new DataSetProblem(cursor.Position, "", failure.Message);
        }
    }

    private static Uid? Identifier(Dictionary<Tag, RawElement> found, Tag tag) =>
        found.TryGetValue(tag, out var element) && Uid.TryParse(element.Value.Span, out var uid) ? uid : null;
}
