using System.Buffers.Binary;
using Gateway.Dicom.Part10;

namespace Gateway.Service.Spooling;

/// <summary>
/// What stands in the preamble of an object once it is whole: a mark, the length of the data set, and its SHA-256. The preamble is the
/// application's own (PS3.10 section 7.1), and no reader of DICOM looks at it. So a file tells by itself whether all of it came to the
/// device, whatever its name.
/// </summary>
internal static class Seal
{
    private const int LengthAt = 8;
    private const int HashAt = 16;
    private const int HashBytes = 32;

    private static ReadOnlySpan<byte> Mark => "GWSEAL01"u8;

    /// <summary>Writes a seal into the preamble.</summary>
    /// <param name="header">What stands before the data set.</param>
    /// <param name="dataSetBytes">The length of the data set.</param>
    /// <param name="dataSetSha256">Its SHA-256.</param>
    public static void Write(Span<byte> header, long dataSetBytes, ReadOnlySpan<byte> dataSetSha256)
    {
        Mark.CopyTo(header);
        BinaryPrimitives.WriteInt64LittleEndian(header[LengthAt..], dataSetBytes);
        dataSetSha256.CopyTo(header[HashAt..]);
    }

    /// <summary>Whether a file is sealed and holds what its seal says. A file that is no DICOM file is not.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static bool Holds(string path)
    {
        var preamble = new byte[FileMetaInformation.PreambleLength];
        using (var file = File.OpenRead(path))
        {
            if (file.ReadAtLeast(preamble, preamble.Length, throwOnEndOfStream: false) < preamble.Length || !preamble.AsSpan().StartsWith(Mark))
                return false;
        }

        try
        {
            var stored = StoredObject.Read(path);
            return stored.DataSetBytes == BinaryPrimitives.ReadInt64LittleEndian(preamble.AsSpan(LengthAt))
                && stored.DataSetSha256 == Convert.ToHexStringLower(preamble.AsSpan(HashAt, HashBytes));
        }
        catch (Part10Exception)
        {
            return false;
        }
    }
}
