using System.Text;
using Gateway.Dicom.Conversion;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Tests.DataSets;
using Gateway.Dicom.Tests.Peers;

namespace Gateway.Dicom.Tests.Fuzzing;

/// <summary>Files to start from: made here, nasty and nice, and pydicom's small ones where they are installed.</summary>
internal static class Seeds
{
    private const int LongestRealFile = 8 * 1024;

    public static IReadOnlyList<byte[]> All { get; } = [.. Made(), .. Real()];

    private static IEnumerable<byte[]> Real() =>
        Pydicom.TestFiles.Concat(Pydicom.CharacterSetFiles).Select(File.ReadAllBytes).Where(file => file.Length <= LongestRealFile);

    private static IEnumerable<byte[]> Made()
    {
        foreach (var (syntax, encoding) in new[]
        {
            (TransferSyntax.ImplicitVrLittleEndian, DataSetEncoding.ImplicitLittleEndian),
            (TransferSyntax.ExplicitVrLittleEndian, DataSetEncoding.ExplicitLittleEndian),
            (TransferSyntax.ExplicitVrBigEndian, DataSetEncoding.ExplicitBigEndian),
        })
            yield return [.. Meta(syntax), .. Nasty(encoding)];

        var image = Image();
        yield return image;
        foreach (var syntax in new[] { TransferSyntax.RleLossless, TransferSyntax.DeflatedExplicitVrLittleEndian })
        {
            var converted = new MemoryStream();
            SyntaxConversion.Convert(new MemoryStream(image), converted, syntax, DataSetLimits.Default, CancellationToken.None);
            yield return converted.ToArray();
        }
    }

    /// <summary>Everything that a walk must know: each kind of length, each kind of holder, VRs of no standard, text of many sets.</summary>
    private static byte[] Nasty(DataSetEncoding encoding)
    {
        var set = new DataSetBytes(encoding);
        var implicitSet = new DataSetBytes(DataSetEncoding.ImplicitLittleEndian);
        var leaf = new DataSetBytes(encoding).Element(new Tag(0x0010, 0x0010), "PN", "Hong=\u001b$)C\u00fb\u00f3^"u8.ToArray())
            .Element(new Tag(0x0028, 0x0107), "US", [1, 2]).ToArray();
        var hidden = implicitSet.Item(undefined: true, new DataSetBytes(DataSetEncoding.ImplicitLittleEndian).Instance().ToArray());
        set.Element(Tag.SpecificCharacterSet, "CS", Encoding.ASCII.GetBytes(@"\ISO 2022 IR 149")).Instance()
            .Element(new Tag(0x0010, 0x0020), "LO", "ODD"u8.ToArray())
            .Element(new Tag(0x0028, 0x0103), "US", [1, 0])
            .Element(new Tag(0x0029, 0x0010), "LO", "MAKER "u8.ToArray())
            .Sequence(new Tag(0x0029, 0x1001), "SQ", undefined: true, set.Item(undefined: false, leaf), set.Item(undefined: true, leaf))
            .Element(new Tag(0x0029, 0x1002), "UN", hidden);
        if (encoding != DataSetEncoding.ImplicitLittleEndian)
        {
            set.Header(new Tag(0x0029, 0x1003), "UN", 0xFFFFFFFF).Raw(hidden).Raw(implicitSet.Delimiter(Tag.SequenceDelimiter))
                .Element(new Tag(0x0029, 0x1004), "ZZ", "Future"u8.ToArray()).Element(new Tag(0x0029, 0x1005), "??", "None"u8.ToArray());
        }

        return set.Sequence(new Tag(0x0040, 0x0275), "SQ", undefined: false, set.Item(undefined: true, leaf), set.Item(undefined: false, []))
            .Element(new Tag(0x0040, 0xA30A), "DS", @"1.5\-2e3\x"u8.ToArray()).Element(Tag.PixelData, "OW", new byte[64]).ToArray();
    }

    private static byte[] Image() =>
    [
        .. Meta(TransferSyntax.ExplicitVrLittleEndian),
        .. new DataSetWriter().Identifier(Tag.SopClassUid, SopClasses.CtImageStorage).Identifier(Tag.SopInstanceUid, Uid.Parse("1.2.3"))
            .UInt16(new Tag(0x0028, 0x0002), 3).UInt16(new Tag(0x0028, 0x0006), 1).Text(new Tag(0x0028, 0x0008), "IS", "2")
            .UInt16(new Tag(0x0028, 0x0010), 5).UInt16(new Tag(0x0028, 0x0011), 6).UInt16(new Tag(0x0028, 0x0100), 16)
            .Bytes(Tag.PixelData, "OW", new byte[3 * 2 * 5 * 6 * 2]).ToBytes(),
    ];

    private static byte[] Meta(TransferSyntax syntax) =>
        new FileMetaInformation(SopClasses.CtImageStorage, Uid.Parse("1.2.3"), syntax).ToBytes();
}
