using Gateway.Dicom.DataSets;

namespace Gateway.Dicom.Part10;

/// <summary>A DICOM file with its data set (PS3.10 section 7). Long values stay in the file, which is open until it is disposed.</summary>
public sealed class DicomFile : IDisposable
{
    private readonly Stream stream;

    private DicomFile(Stream stream, Part10Header header, DataSet dataSet)
    {
        this.stream = stream;
        Header = header;
        DataSet = dataSet;
    }

    /// <summary>What stands before the data set.</summary>
    public Part10Header Header { get; }

    /// <summary>The data set.</summary>
    public DataSet DataSet { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="limits">What is gone through, and what is kept in memory.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="Part10Exception">The file is not a DICOM file, or its meta information is not complete.</exception>
    /// <exception cref="DataSetException">The data set cannot be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static DicomFile Open(string path, DataSetLimits limits, CancellationToken cancellation)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        try
        {
            return Open(stream, limits, cancellation);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file that a stream holds.</summary>
    /// <param name="stream">A seekable stream, at the start of the file; it is disposed with the file.</param>
    /// <param name="limits">What is gone through, and what is kept in memory.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="Part10Exception">The file is not a DICOM file, or its meta information is not complete.</exception>
    /// <exception cref="DataSetException">The data set cannot be read.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static DicomFile Open(Stream stream, DataSetLimits limits, CancellationToken cancellation)
    {
        var header = Part10Header.Read(stream);
        return new DicomFile(stream, header, DataSetReader.Load(stream, header.Meta.TransferSyntax, limits, cancellation));
    }

    /// <summary>Writes a DICOM file. Elements of group 0002 do not belong to the data set and are left out (PS3.10 section 7.1).</summary>
    /// <param name="output">Is given the whole file; left open.</param>
    /// <param name="meta">What stands before the data set, with its transfer syntax.</param>
    /// <param name="set">The data set.</param>
    /// <param name="groupLengths">What becomes of group length elements.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <exception cref="ArgumentException">The data set cannot be written in the syntax; nothing was written.</exception>
    /// <exception cref="IOException">A long value cannot be read, or the output fails.</exception>
    public static void Write(
        Stream output, FileMetaInformation meta, DataSet set, GroupLengths groupLengths, CancellationToken cancellation)
    {
        if (set.Any(element => element.Tag.Group == 0x0002))
            set = new DataSet(set.Where(element => element.Tag.Group != 0x0002), set.CharacterSet);
        set.ThrowIfNotWritable(meta.TransferSyntax);
        output.Write(meta.ToBytes());
        set.WriteTo(output, meta.TransferSyntax, groupLengths, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
