using System.IO.Compression;
using System.Text;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;
using Xunit;

namespace Gateway.Dicom.Tests.DataSets;

public sealed class WantedElementsTests
{
    private static readonly Tag PatientName = new(0x0010, 0x0010);
    private static readonly Tag PatientId = new(0x0010, 0x0020);
    private static readonly Tag Comments = new(0x0020, 0x4000);
    private static readonly Tag Rows = new(0x0028, 0x0010);
    private static readonly HashSet<Tag> Wanted = [PatientName, PatientId, Comments, Rows, Tag.StudyInstanceUid];

    public static TheoryData<string> Syntaxes { get; } =
        ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2"];

    [Theory]
    [MemberData(nameof(Syntaxes))]
    public void Wanted_elements_of_the_top_level_are_kept_in_every_syntax(string uid)
    {
        var syntax = new TransferSyntax(Uid.Parse(uid));
        var set = New(syntax);
        var inner = New(syntax).Element(PatientId, "LO", "INNER "u8.ToArray()).ToArray();
        set.Sequence(new Tag(0x0008, 0x1115), "SQ", undefined: true, set.Item(undefined: false, inner));

        var summary = Read(
            syntax,
            set.Element(PatientName, "PN", "A^B "u8.ToArray()).Element(PatientId, "LO", " 12 "u8.ToArray())
                .Element(Rows, "US", [1, 2]).Element(Tag.PixelData, "OW", new byte[100_000]));

        Assert.Null(summary.Problem);
        Assert.Equal([PatientName, PatientId, Rows], summary.Wanted.Keys.Order());
        Assert.Equal(("A^B", "12"), (summary.Text(PatientName), summary.Text(PatientId)));
        Assert.Equal([1, 2], summary.Wanted[Rows].Value.ToArray());
        Assert.Equal(syntax == TransferSyntax.ExplicitVrBigEndian, summary.Wanted[Rows].IsBigEndian);
        Assert.Equal(syntax == TransferSyntax.ImplicitVrLittleEndian ? "" : "US", summary.Wanted[Rows].Vr.ToString());
        Assert.Null(summary.Text(Comments));
    }

    [Theory]
    [InlineData(null, "A^B ", "A^B")]
    [InlineData("ISO_IR 6", "A\u00E4", "A\uFFFD")]
    [InlineData("ISO_IR 100", "J\u00E9r\u00F4me", "J\u00E9r\u00F4me")]
    [InlineData("ISO_IR 192", "\u00C3\u00A4\u00E4", "\u00E4\uFFFD")] // each character here is a byte
    public void Text_is_decoded_by_the_character_set_of_the_data_set(string? characterSet, string bytes, string expected)
    {
        var set = New(TransferSyntax.ExplicitVrLittleEndian);
        if (characterSet is not null)
            set.Element(Tag.SpecificCharacterSet, "CS", Encoding.ASCII.GetBytes(characterSet));

        var summary = Read(TransferSyntax.ExplicitVrLittleEndian, set.Element(PatientName, "PN", Encoding.Latin1.GetBytes(bytes)));

        Assert.Equal(expected, summary.Text(PatientName));
    }

    [Theory]
    [MemberData(nameof(Syntaxes))]
    public void Padding_is_what_the_vr_says_it_is(string uid)
    {
        var syntax = new TransferSyntax(Uid.Parse(uid));
        var summary = Read(
            syntax,
            New(syntax).Element(Rows, "US", [1, 2]).Element(PatientId, "LO", "  7 "u8.ToArray())
                .Identifier(Tag.StudyInstanceUid, "1.2.3").Element(Comments, "LT", "  two lines\r\n  "u8.ToArray()));

        Assert.Equal("7", summary.Text(PatientId));
        Assert.Equal("1.2.3", summary.Text(Tag.StudyInstanceUid));
        Assert.Equal("  two lines\r\n", summary.Text(Comments));
        Assert.Null(summary.Text(Rows));
    }

    [Fact]
    public void A_value_longer_than_four_kibibytes_is_as_if_it_were_absent()
    {
        var longest = Read(TransferSyntax.ExplicitVrLittleEndian, WithComments(4096));
        var longer = Read(TransferSyntax.ExplicitVrLittleEndian, WithComments(4098));

        Assert.Equal(4096, longest.Text(Comments)!.Length);
        Assert.Null(longer.Text(Comments));
        Assert.Null(longer.Problem);
    }

    private static DataSetBytes WithComments(int length) =>
        New(TransferSyntax.ExplicitVrLittleEndian).Element(Comments, "LT", [.. Enumerable.Repeat((byte)'x', length)]);

    private static DataSetBytes New(TransferSyntax syntax) =>
        new(syntax.Encoding == DataSetEncoding.Deflated ? DataSetEncoding.ExplicitLittleEndian : syntax.Encoding);

    private static DataSetSummary Read(TransferSyntax syntax, DataSetBytes set)
    {
        var stream = new MemoryStream();
        if (syntax.Encoding == DataSetEncoding.Deflated)
        {
            using var deflate = new DeflateStream(stream, CompressionLevel.Fastest, leaveOpen: true);
            deflate.Write(set.ToArray());
        }
        else
        {
            stream.Write(set.ToArray());
        }

        stream.Position = 0;
        return DataSetReader.Read(stream, syntax, DataSetLimits.Default, Wanted, CancellationToken.None);
    }
}
