using Gateway.Dicom.Coercion;
using Gateway.Dicom.Conversion;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Registry;

namespace Gateway.Service.Delivering;

/// <summary>
/// What is sent in place of an object that a target does not take as it is: a copy with ids of the target's house, a copy in another
/// transfer syntax, or both. The object in the spool stays as it was received.
/// </summary>
internal static class OutgoingCopy
{
    /// <summary>Opens the object, or a copy that vanishes when it is closed.</summary>
    /// <param name="path">The object.</param>
    /// <param name="coercion">What is changed in it, or null.</param>
    /// <param name="syntax">The transfer syntax that is wanted.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="CoercionException">An attribute cannot be changed so.</exception>
    /// <exception cref="ConversionException">It cannot be converted without loss.</exception>
    /// <exception cref="DataSetException">The data set cannot be read.</exception>
    /// <exception cref="IOException">The volume fails.</exception>
    public static Stream Open(string path, InstanceCoercion? coercion, TransferSyntax syntax, CancellationToken cancellation)
    {
        Stream current = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        try
        {
            if (coercion is not null)
                current = Replace(current, (from, to) => coercion.Apply(from, to, DataSetLimits.Default, cancellation));
            if (Part10Header.Read(current).Meta.TransferSyntax != syntax)
            {
                current.Position = 0;
                current = Replace(current, (from, to) => SyntaxConversion.Convert(from, to, syntax, DataSetLimits.Default, cancellation));
            }

            current.Position = 0;
            return current;
        }
        catch
        {
            current.Dispose();
            throw;
        }
    }

    private static FileStream Replace(Stream from, Action<Stream, Stream> make)
    {
        var copy = new FileStream(
            Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 64 * 1024, FileOptions.DeleteOnClose);
        try
        {
            make(from, copy);
            copy.Position = 0;
            from.Dispose();
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }
}
