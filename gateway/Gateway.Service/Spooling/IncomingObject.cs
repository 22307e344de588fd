using Gateway.Dicom.DataSets;
using Gateway.Dicom.Part10;

namespace Gateway.Service.Spooling;

/// <summary>An object that is being received, in a file that is removed unless it is put into place.</summary>
internal sealed class IncomingObject : IDisposable
{
    private readonly string path;
    private readonly FileMetaInformation meta;
    private readonly FileStream file;
    private readonly ContentHash hash = new();
    private readonly long dataSetOffset;
    private (string DataSetSha256, string NamePart)? hashes;

    public IncomingObject(string path, FileMetaInformation meta)
    {
        this.path = path;
        this.meta = meta;
        file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        file.Write(meta.ToBytes());
        dataSetOffset = file.Position;
    }

    /// <summary>The length of the data set so far, in bytes.</summary>
    public long DataSetBytes { get; private set; }

    /// <summary>The SHA-256 of the data set, 64 hexadecimal characters. No bytes may follow.</summary>
    public string DataSetSha256 => Hashes.DataSetSha256;

    /// <summary>The name in the spool. No bytes may follow.</summary>
    public SpoolName Name => new(SpoolName.HashOf(meta.SopInstance), Hashes.NamePart);

    private (string DataSetSha256, string NamePart) Hashes => hashes ??= hash.Finish(meta.TransferSyntax);

    /// <summary>Writes the next bytes of the data set.</summary>
    /// <exception cref="IOException">The volume is full or fails.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        file.Write(bytes);
        hash.Append(bytes);
        DataSetBytes += bytes.Length;
    }

    /// <summary>Reads the structure of the data set.</summary>
    public DataSetSummary Check(CancellationToken cancellation)
    {
        file.Position = dataSetOffset;
        return DataSetReader.Read(file, meta.TransferSyntax, DataSetLimits.Default, cancellation);
    }

    /// <summary>Flushes the bytes to the device.</summary>
    /// <exception cref="IOException">The volume fails.</exception>
    public void Flush() => file.Flush(flushToDisk: true);

    /// <summary>Closes the file, to be renamed.</summary>
    public string Finish()
    {
        file.Dispose();
        return path;
    }

    /// <summary>Closes the file and removes it where it was not put into place.</summary>
    public void Dispose()
    {
        file.Dispose();
        hash.Dispose();
        try
        {
            File.Delete(path); // after the rename there is nothing under this name
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A volume that fails now was reported before; the next start removes the file.
        }
    }
}
