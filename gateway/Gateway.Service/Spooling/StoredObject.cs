using Gateway.Dicom.DataSets;
using Gateway.Dicom.Part10;
using Gateway.Service.Indexing;

namespace Gateway.Service.Spooling;

/// <summary>What a file of the spool says of itself, read whole.</summary>
/// <param name="Meta">Its file meta information.</param>
/// <param name="Summary">The structure of its data set.</param>
/// <param name="Name">The name that its bytes ask for.</param>
/// <param name="DataSetSha256">The SHA-256 of its data set.</param>
/// <param name="DataSetBytes">The length of its data set in bytes.</param>
/// <param name="WrittenAt">When it was last written.</param>
internal sealed record StoredObject(
    FileMetaInformation Meta, DataSetSummary Summary, SpoolName Name, string DataSetSha256, long DataSetBytes, DateTimeOffset WrittenAt)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="Part10Exception">It is no DICOM file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static StoredObject Read(string path)
    {
        using var file = File.OpenRead(path);
        var header = Part10Header.Read(file);
        using var hash = new ContentHash();
        var buffer = new byte[128 * 1024];
        while (file.Read(buffer) is var read and > 0)
            hash.Append(buffer.AsSpan(0, read));
        file.Position = header.DataSetOffset;
        var summary = DataSetReader.Read(file, header.Meta.TransferSyntax, DataSetLimits.Default, ImageAttributes.Wanted, CancellationToken.None);
        var (sha256, namePart) = hash.Finish(header.Meta.TransferSyntax);
        return new StoredObject(
            header.Meta, summary, new SpoolName(SpoolName.HashOf(header.Meta.SopInstance), namePart),
            Convert.ToHexStringLower(sha256), file.Length - header.DataSetOffset, File.GetLastWriteTimeUtc(path));
    }
}
