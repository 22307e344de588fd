using Gateway.Dicom.DataSets;
using Gateway.Dicom.Digests;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Tests.DataSets;
using Gateway.Dicom.Tests.Peers;
using Xunit;

namespace Gateway.Dicom.Tests.Part10;

/// <summary>The kinds of bad files that real systems send: each is read, or refused with what is wrong.</summary>
public sealed class KnownBadFilesTests
{
    private static readonly Tag PatientName = new(0x0010, 0x0010);
    private static readonly Tag PatientId = new(0x0010, 0x0020);
    private static readonly Tag Sequence = new(0x0040, 0x0275);

    [Fact]
    public void Without_a_preamble_it_is_read() =>
        Assert.Equal("1.2.3", Open(File(Explicit())[128..]).DataSet.Text(Tag.SopInstanceUid));

    [Fact]
    public void Without_meta_information_it_is_refused() =>
        Assert.Contains("a data set without its header", Assert.Throws<Part10Exception>(() => Open(Explicit().ToArray())).Message);

    [Fact]
    public void Without_a_group_length_it_is_read()
    {
        Assert.SkipUnless(Pydicom.IsInstalled, Pydicom.Missing);

        Assert.NotEmpty(Open(Real("no_meta_group_length.dcm")).DataSet);
    }

    [Fact]
    public void Without_a_transfer_syntax_it_is_refused()
    {
        var meta = new DataSetWriter().Identifier(new Tag(2, 2), SopClasses.CtImageStorage).Identifier(new Tag(2, 3), Uid.Parse("1.2.3"));

        var refusal = Assert.Throws<Part10Exception>(() => Open([.. meta.ToBytes(), .. Explicit().ToArray()]));

        Assert.Contains("no usable Transfer Syntax UID", refusal.Message);
    }

    [Fact]
    public void A_truncated_file_is_refused_with_the_place()
    {
        Assert.SkipUnless(Pydicom.IsInstalled, Pydicom.Missing);

        Assert.Contains("(7FE0,0010) is 8192 bytes long where 8130 are left", Refusal(Real("MR_truncated.dcm")).Reason);
        Assert.Contains("(300A,00B0)", Refusal(Real("rtplan_truncated.dcm")).Reason);
    }

    [Fact]
    public void A_length_beyond_the_data_is_refused_without_memory_for_it()
    {
        var file = File(Explicit().Header(Tag.PixelData, "OW", 0xFFFFFFF0));
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("is 4294967280 bytes long where 0 are left", Refusal(file).Reason);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }

    [Fact]
    public void Text_of_odd_length_is_read() =>
        Assert.Equal("ABC", Open(File(Explicit().Element(PatientName, "PN", "ABC"u8.ToArray()))).DataSet.Text(PatientName));

    [Fact]
    public void A_wrong_vr_is_read_as_it_is_written()
    {
        var set = Open(File(Explicit().Element(PatientId, "US", [1, 2]).Element(PatientName, "ZZ", "A^B "u8.ToArray()))).DataSet;

        Assert.Null(set.Text(PatientId));
        Assert.Equal([0x201], set.Integers(PatientId));
        Assert.Null(set.Text(PatientName));
    }

    [Fact]
    public void A_bad_vr_is_passed_over()
    {
        Assert.SkipUnless(Pydicom.IsInstalled, Pydicom.Missing);

        Assert.NotNull(Open(Real("badVR.dcm")).DataSet.Text(Tag.SopInstanceUid));
    }

    [Fact]
    public void Sequences_of_unknown_vr_are_read_or_stay_bytes()
    {
        Assert.SkipUnless(Pydicom.IsInstalled, Pydicom.Missing);
        var implicitSet = new DataSetBytes(DataSetEncoding.ImplicitLittleEndian);
        var item = implicitSet.Item(undefined: true, implicitSet.Instance().ToArray());
        var undefined = File(Explicit().Header(Sequence, "UN", 0xFFFFFFFF).Raw(item).Raw(implicitSet.Delimiter(Tag.SequenceDelimiter)));

        Assert.Equal("1.2.3", Open(undefined).DataSet.Items(Sequence)[0].Text(Tag.SopInstanceUid));
        Assert.IsType<SequenceValue>(Assert.Single(Open(Real("UN_sequence.dcm")).DataSet).Value);
        Assert.IsType<BytesValue>(Open(File(Explicit().Element(Sequence, "UN", item))).DataSet.Find(Sequence)!.Value);
    }

    [Fact]
    public void A_nesting_bomb_is_refused_at_the_limit()
    {
        var set = new DataSetBytes(DataSetEncoding.ExplicitLittleEndian);
        byte[] level = [.. new DataSetBytes(DataSetEncoding.ExplicitLittleEndian)
            .Header(Sequence, "SQ", 0xFFFFFFFF).ToArray(), .. set.Delimiter(Tag.Item, 0xFFFFFFFF)];
        for (var count = 0; count < 50_000; count++)
            set.Raw(level);

        Assert.Contains("nested deeper than 64", Refusal(File(set)).Reason);
    }

    [Fact]
    public void A_bomb_of_nested_private_values_has_a_digest()
    {
        byte[] value = [];
        for (var count = 0; count < 1500; count++)
        {
            var implicitSet = new DataSetBytes(DataSetEncoding.ImplicitLittleEndian);
            value = implicitSet.Item(undefined: false, implicitSet.Element(new Tag(0x0029, 0x1010), "", value).ToArray());
        }

        var file = File(Explicit().Element(new Tag(0x0029, 0x1010), "UN", value));

        Assert.NotNull(ObjectDigests.Compute(new MemoryStream(file), DataSetLimits.Default, CancellationToken.None));
    }

    [Fact]
    public void Delimiters_inside_of_fragments_are_bytes()
    {
        Assert.SkipUnless(Pydicom.IsInstalled, Pydicom.Missing);

        var pixels = Open(Real("JPEG2000-embedded-sequence-delimiter.dcm")).DataSet.Find(Tag.PixelData)!.Value;

        Assert.NotEmpty(((FragmentsValue)pixels).Fragments);
    }

    [Fact]
    public void Implicit_elements_inside_of_explicit_data_are_read()
    {
        var stray = new DataSetBytes(DataSetEncoding.ImplicitLittleEndian).Element(PatientName, "", "A^B "u8.ToArray()).ToArray();

        var element = Open(File(Explicit().Raw(stray))).DataSet.Find(PatientName)!;

        Assert.Equal("PN", element.Vr.ToString());
    }

    [Fact]
    public void Big_endian_is_read()
    {
        Assert.SkipUnless(Pydicom.IsInstalled, Pydicom.Missing);

        Assert.Equal([64], Open(Real("MR_small_bigendian.dcm")).DataSet.Integers(new Tag(0x0028, 0x0010)));
    }

    [Fact]
    public void A_deflate_bomb_is_refused_at_the_limit()
    {
        var set = new DataSet([new DataElement(Tag.PixelData, ValueRepresentation.Of("OB"), new BytesValue(new byte[8_000_000]))]);
        var bomb = new MemoryStream();
        DicomFile.Write(bomb, Meta(TransferSyntax.DeflatedExplicitVrLittleEndian), set, GroupLengths.Drop, CancellationToken.None);
        bomb.Position = 0;

        var refusal = Assert.Throws<DataSetException>(
            () => DicomFile.Open(bomb, DataSetLimits.Default with { MaximumInflatedBytes = 1_000_000 }, CancellationToken.None));

        Assert.True(bomb.Length < 10_000);
        Assert.Contains("longer than 1000000 bytes when inflated", refusal.Problem.Reason);
    }

    [Fact]
    public void An_empty_character_set_is_the_default_one()
    {
        var set = Open(File(Explicit().Element(Tag.SpecificCharacterSet, "CS", []).Element(PatientName, "PN", "A^B "u8.ToArray()))).DataSet;

        Assert.Equal(("A^B", "ISO_IR 6"), (set.Text(PatientName), set.CharacterSet.ToString()));
    }

    [Fact]
    public void Elements_of_the_header_inside_of_the_data_set_are_left_out_of_a_file()
    {
        var stray = new DataElement(new Tag(0x0002, 0x0010), ValueRepresentation.Identifier, new BytesValue("1.2.840.1"u8.ToArray()));
        var set = Open(File(Explicit())).DataSet.With(stray);
        var written = new MemoryStream();

        DicomFile.Write(written, Meta(TransferSyntax.ExplicitVrLittleEndian), set, GroupLengths.Drop, CancellationToken.None);

        Assert.Equal(File(Explicit()), written.ToArray());
    }

    private static DataSetBytes Explicit() => new DataSetBytes(DataSetEncoding.ExplicitLittleEndian).Instance();

    private static FileMetaInformation Meta(TransferSyntax syntax) => new(SopClasses.CtImageStorage, Uid.Parse("1.2.3"), syntax);

    private static byte[] File(DataSetBytes set) => [.. Meta(TransferSyntax.ExplicitVrLittleEndian).ToBytes(), .. set.ToArray()];

    private static byte[] Real(string name) =>
        System.IO.File.ReadAllBytes(Pydicom.TestFiles.Single(path => Path.GetFileName(path) == name));

    private static DicomFile Open(byte[] file) => DicomFile.Open(new MemoryStream(file), DataSetLimits.Default, CancellationToken.None);

    private static DataSetProblem Refusal(byte[] file) => Assert.Throws<DataSetException>(() => Open(file)).Problem;
}
