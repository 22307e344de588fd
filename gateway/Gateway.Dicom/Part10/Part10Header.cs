using System.Buffers.Binary;
using System.Text;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;

namespace Gateway.Dicom.Part10;

/// <summary>The header of a DICOM file and where its data set starts (PS3.10 section 7).</summary>
/// <param name="Meta">The file meta information.</param>
/// <param name="DataSetOffset">Bytes from the start of the file to the data set.</param>
public sealed record Part10Header(FileMetaInformation Meta, long DataSetOffset)
{
    private const int LongestValue = 64 * 1024;

    /// <summary>
    /// Reads the header of a file and leaves the stream at its data set. A missing preamble and a missing or wrong group length are
    /// passed over, as long as SOP class, SOP instance and transfer syntax are named.
    /// </summary>
    /// <param name="file">A seekable stream, at the start of the file.</param>
    /// <exception cref="Part10Exception">The file is not a DICOM file, or its meta information is not complete.</exception>
    public static Part10Header Read(Stream file)
    {
        file.Position = StartOfMeta(file);
        Dictionary<ushort, byte[]> values = [];
        Span<byte> header = stackalloc byte[8];
        while (true)
        {
            var start = file.Position;
            if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length
                || BinaryPrimitives.ReadUInt16LittleEndian(header) != 0x0002)
            {
                file.Position = start;
                return new Part10Header(Complete(values), start);
            }

            values[BinaryPrimitives.ReadUInt16LittleEndian(header[2..])] = ReadValue(file, header);
        }
    }

    private static long StartOfMeta(Stream file)
    {
        Span<byte> start = stackalloc byte[FileMetaInformation.PreambleLength + 4];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (read == start.Length && start.EndsWith("DICM"u8))
            return start.Length;
        if (start.StartsWith("DICM"u8))
            return 4;
        return start.StartsWith(new byte[] { 2, 0 })
            ? 0
            : throw new Part10Exception(
                "The file has neither the prefix DICM nor file meta information: it is no DICOM file, or a data set without its header.");
    }

    private static byte[] ReadValue(Stream file, ReadOnlySpan<byte> header)
    {
        long length = BinaryPrimitives.ReadUInt16LittleEndian(header[6..]);
        if (header[4] == 'O' || header[4..6].SequenceEqual("UN"u8) || header[4..6].SequenceEqual("UT"u8))
        {
            Span<byte> longLength = stackalloc byte[4];
            _ = file.ReadAtLeast(longLength, 4, throwOnEndOfStream: false);
            length = BinaryPrimitives.ReadUInt32LittleEndian(longLength);
        }

        if (length > file.Length - file.Position)
            throw new Part10Exception(
                $"The file meta information is cut off in (0002,{BinaryPrimitives.ReadUInt16LittleEndian(header[2..]):X4}).");
        if (length > LongestValue)
        {
            file.Position += length; // private information, which nothing here uses
            return [];
        }

        var value = new byte[length];
        file.ReadExactly(value);
        return value;
    }

    private static FileMetaInformation Complete(Dictionary<ushort, byte[]> values)
    {
        return new FileMetaInformation(
            Required(values, 0x0002, "Media Storage SOP Class UID"),
            Required(values, 0x0003, "Media Storage SOP Instance UID"),
            new TransferSyntax(Required(values, 0x0010, "Transfer Syntax UID")),
            Title(values, 0x0016),
            Title(values, 0x0018));
    }

    private static AeTitle? Title(Dictionary<ushort, byte[]> values, ushort element) =>
        values.TryGetValue(element, out var value) && AeTitle.TryParse(Encoding.Latin1.GetString(value), out var title) ? title : null;

    private static Uid Required(Dictionary<ushort, byte[]> values, ushort element, string name) =>
        values.TryGetValue(element, out var value) && Uid.TryParse(value, out var uid)
            ? uid
            : throw new Part10Exception($"The file meta information has no usable {name} (0002,{element:X4}).");
}
