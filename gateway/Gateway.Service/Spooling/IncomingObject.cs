using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Service.Spooling;

/// <summary>
/// An object that is being received, in a file whose name is on the device already. The device begins with the bytes while others still
/// arrive; the page with the seal comes last.
/// </summary>
internal sealed class IncomingObject : IDisposable
{
    private const int PageBytes = 4096;
    private const int WriteOutBytes = 128 * 1024;

    private readonly string path;
    private readonly FileMetaInformation meta;
    private readonly SafeFileHandle file;
    private readonly Action<Moment>? passing;
    private readonly ContentHash hash = new();
    private readonly byte[] header;
    private long writtenOut = PageBytes;
    private (byte[] DataSetSha256, string NamePart)? hashes;

    public IncomingObject(string path, SafeFileHandle file, FileMetaInformation meta, Action<Moment>? passing = null)
    {
        this.passing = passing;
        this.path = path;
        this.meta = meta;
        this.file = file;
        header = meta.ToBytes();
    }

    /// <summary>Where it lies until it is put into place.</summary>
    public string FilePath => path;

    /// <summary>The length of the data set so far, in bytes.</summary>
    public long DataSetBytes { get; private set; }

    /// <summary>The SHA-256 of the data set, 64 hexadecimal characters. No bytes may follow.</summary>
    public string DataSetSha256 => Convert.ToHexStringLower(Hashes.DataSetSha256);

    /// <summary>The name in the spool. No bytes may follow.</summary>
    public SpoolName Name => name ??= new SpoolName(SpoolName.HashOf(meta.SopInstance), Hashes.NamePart);

    private (byte[] DataSetSha256, string NamePart) Hashes => hashes ??= hash.Finish(meta.TransferSyntax);

    private SpoolName? name;

    /// <summary>Writes the next bytes of the data set.</summary>
    /// <exception cref="IOException">The volume is full or fails.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        var position = header.Length + DataSetBytes;
        RandomAccess.Write(file, bytes, position);
        DataSetBytes += bytes.Length;
        passing?.Invoke(Moment.Appended);
        if (position + bytes.Length - writtenOut >= WriteOutBytes)
            WriteOut();
        hash.Append(bytes); // while the device takes them, and the peer sends the next
    }

    /// <summary>Reads the structure of the data set, while the device takes its bytes.</summary>
    /// <param name="wanted">The attributes whose values are kept.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public DataSetSummary Check(IReadOnlySet<Tag> wanted, CancellationToken cancellation)
    {
        WriteOut();
        using var dataSet = OpenDataSet();
        return DataSetReader.Read(dataSet, meta.TransferSyntax, DataSetLimits.Default, wanted, cancellation);
    }

    /// <summary>Lets others read the object before anything is promised: it is on the device, without the seal, so that the next start would remove it.</summary>
    /// <exception cref="IOException">The volume is full or fails.</exception>
    public void Show()
    {
        WriteOut();
        RandomAccess.Write(file, header, 0);
        DurableFiles.FlushData(file);
    }

    /// <summary>Seals the object, and returns when it is on the device, whole.</summary>
    /// <exception cref="IOException">The volume is full or fails.</exception>
    public void Settle()
    {
        WriteOut();
        Seal.Write(header, DataSetBytes, Hashes.DataSetSha256);
        RandomAccess.Write(file, header, 0);
        passing?.Invoke(Moment.Sealed);
        DurableFiles.FlushData(file);
        passing?.Invoke(Moment.Settled);
    }

    /// <summary>Closes the file, to be renamed.</summary>
    public string Finish()
    {
        file.Dispose();
        return path;
    }

    /// <summary>Closes the file and removes it where it was not put into place.</summary>
    public void Dispose()
    {
        var isOurs = !file.IsClosed;
        file.Dispose();
        hash.Dispose();
        if (!isOurs)
            return; // it bears another name now
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A volume that fails now was reported before; the next start removes the file.
        }
    }

    private void WriteOut()
    {
        var end = header.Length + DataSetBytes;
        if (end <= writtenOut)
            return;
        DurableFiles.StartWriting(file, writtenOut, end - writtenOut);
        writtenOut = end;
    }

    private FileStream OpenDataSet()
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        stream.Position = header.Length;
        return stream;
    }
}
