using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;

namespace Gateway.Dicom.DataSets;

/// <summary>
/// Reads the structure of a data set (PS3.5 section 7, annex A): headers, sequences and fragments, but no value except four UIDs.
/// Malformed is what cannot be walked to its end: a header or value that is cut off or longer than what holds it, an item where none
/// may be, a sequence without its end. What real devices do wrong and DCMTK passes on is no problem: elements out of order, values of
/// odd length, strange VRs, delimiters with nothing to delimit.
/// </summary>
public static class DataSetReader
{
    /// <summary>Reads the data set that a stream holds from its position to its end.</summary>
    /// <param name="stream">A seekable stream; its position afterwards is not defined.</param>
    /// <param name="syntax">The transfer syntax.</param>
    /// <param name="limits">What is gone through.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static DataSetSummary Read(Stream stream, TransferSyntax syntax, DataSetLimits limits, CancellationToken cancellation)
    {
        switch (syntax.Encoding)
        {
            case DataSetEncoding.Opaque:
                return new DataSetSummary(null, null, null, null, IsOpaque: true, Problem: null);
            case DataSetEncoding.Deflated:
                return new DataSetSummary(
                    null, null, null, null, IsOpaque: true, DeflatedData.Check(stream, limits.MaximumInflatedBytes, cancellation));
            default:
                var walk = new StructureWalk(new StreamCursor(stream), syntax.Encoding, limits.MaximumNesting);
                var problem = walk.Run(cancellation);
                return new DataSetSummary(
                    walk.Found(Tag.SopClassUid), walk.Found(Tag.SopInstanceUid),
                    walk.Found(Tag.StudyInstanceUid), walk.Found(Tag.SeriesInstanceUid), IsOpaque: false, problem);
        }
    }
}
