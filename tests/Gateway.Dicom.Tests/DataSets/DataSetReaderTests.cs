using System.IO.Compression;
using CsCheck;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Registry;
using Xunit;

namespace Gateway.Dicom.Tests.DataSets;

public sealed class DataSetReaderTests
{
    private static readonly Tag Sequence = new(0x0040, 0x0275);
    private static readonly Tag Name = new(0x0010, 0x0010);
    private static readonly Tag Private = new(0x0029, 0x1010);

    public static TheoryData<DataSetEncoding> Encodings { get; } =
        [DataSetEncoding.ImplicitLittleEndian, DataSetEncoding.ExplicitLittleEndian, DataSetEncoding.ExplicitBigEndian];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void The_identifying_uids_are_found_in_every_encoding(DataSetEncoding encoding)
    {
        var summary = Read(new DataSetBytes(encoding).Instance().Element(Tag.PixelData, "OW", new byte[100_000]).ToArray(), encoding);

        Assert.Null(summary.Problem);
        Assert.Equal((Uid.Parse("1.2.840.10008.5.1.4.1.1.2"), Uid.Parse("1.2.3")), (summary.SopClassUid, summary.SopInstanceUid));
        Assert.Equal((Uid.Parse("1.2.4"), Uid.Parse("1.2.5")), (summary.StudyInstanceUid, summary.SeriesInstanceUid));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Sequences_and_items_of_defined_and_undefined_length_nest_in_each_other(DataSetEncoding encoding)
    {
        var set = new DataSetBytes(encoding);
        foreach (var (outer, inner) in new[] { (false, false), (false, true), (true, false), (true, true) })
        {
            var leaf = new DataSetBytes(encoding).Element(Name, "PN", "A^B "u8.ToArray()).Identifier(Tag.SopInstanceUid, "9.9.9").ToArray();
            var nested = new DataSetBytes(encoding).Sequence(Sequence, "SQ", inner, set.Item(outer, leaf), set.Item(inner, leaf)).ToArray();
            set.Sequence(Sequence, "SQ", outer, set.Item(inner, nested), set.Item(outer, []));
        }

        var summary = Read(set.Identifier(Tag.SopInstanceUid, "1.2.3").ToArray(), encoding);

        Assert.Null(summary.Problem);
        Assert.Equal(Uid.Parse("1.2.3"), summary.SopInstanceUid); // and not the one of an item
    }

    [Fact]
    public void Encapsulated_pixel_data_is_walked_by_its_fragments_whatever_is_in_them()
    {
        var set = Explicit();
        byte[] delimiterLike = [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0];
        set.Instance().Header(Tag.PixelData, "OB", 0xFFFFFFFF)
            .Raw(set.Delimiter(Tag.Item)).Raw(set.Delimiter(Tag.Item, 8)).Raw(delimiterLike).Raw(set.Delimiter(Tag.SequenceDelimiter));

        Assert.Null(Read(set.ToArray(), DataSetEncoding.ExplicitLittleEndian).Problem);
    }

    [Theory]
    [InlineData(DataSetEncoding.ExplicitLittleEndian)]
    [InlineData(DataSetEncoding.ExplicitBigEndian)]
    public void An_unknown_value_of_undefined_length_is_an_implicit_little_endian_sequence(DataSetEncoding encoding)
    {
        var inner = Implicit();
        var item = inner.Item(undefined: true, inner.Instance().ToArray());
        var set = new DataSetBytes(encoding).Header(Private, "UN", 0xFFFFFFFF).Raw(item).Raw(inner.Delimiter(Tag.SequenceDelimiter));

        Assert.Null(Read(set.Instance().ToArray(), encoding).Problem);
    }

    [Fact]
    public void What_real_devices_do_wrong_is_no_problem()
    {
        var set = Explicit()
            .Element(Tag.SeriesInstanceUid, "UI", "1.2.5"u8.ToArray()) // of odd length, and before its turn
            .Element(new Tag(0x0008, 0x0060), "cs", "CT"u8.ToArray()) // a VR in lower case
            .Element(new Tag(0x0008, 0x0070), "??", "Maker "u8.ToArray()) // no VR at all, with a short length
            .Element(new Tag(0x0008, 0x1010), "ZZ", "Station "u8.ToArray()) // a VR of the future
            .Raw(Implicit().Element(new Tag(0x0008, 0x1030), "", "Head"u8.ToArray()).ToArray()); // implicit inside explicit
        set.Raw(set.Delimiter(Tag.ItemDelimiter)).Raw(set.Delimiter(Tag.SequenceDelimiter)).Identifier(Tag.SopInstanceUid, "1.2.3");

        var summary = Read(set.ToArray(), DataSetEncoding.ExplicitLittleEndian);

        Assert.Null(summary.Problem);
        Assert.Equal(Uid.Parse("1.2.3"), summary.SopInstanceUid);
        Assert.Equal(Uid.Parse("1.2.5"), summary.SeriesInstanceUid);
        Assert.Null(summary.StudyInstanceUid);
    }

    [Fact]
    public void An_item_of_defined_length_with_a_delimiter_behind_it_is_no_problem()
    {
        var set = Explicit();
        set.Sequence(Sequence, "SQ", undefined: true, set.Item(undefined: false, []), set.Delimiter(Tag.ItemDelimiter));

        Assert.Null(Read(set.ToArray(), DataSetEncoding.ExplicitLittleEndian).Problem);
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_value_longer_than_the_data_is_told_with_its_place(DataSetEncoding encoding)
    {
        var whole = new DataSetBytes(encoding).Instance();
        var offset = whole.ToArray().Length;

        var problem = Read(whole.Header(Tag.PixelData, "OW", 5000).Raw(new byte[100]).ToArray(), encoding).Problem;

        Assert.Equal(offset, problem!.Offset);
        Assert.Contains("(7FE0,0010) is 5000 bytes long where 100 are left", problem.Reason);
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_problem_inside_sequences_is_told_with_the_way_to_it(DataSetEncoding encoding)
    {
        var set = new DataSetBytes(encoding);
        var item = new DataSetBytes(encoding).Header(Name, "PN", 400).Raw("short "u8.ToArray()).ToArray();
        set.Sequence(Sequence, "SQ", undefined: true, set.Item(undefined: true, item));

        var problem = Read(set.ToArray(), encoding).Problem;

        Assert.Equal("(0040,0275)/(FFFE,E000)", problem!.Path);
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_data_set_that_ends_before_its_sequences_do_is_malformed(DataSetEncoding encoding)
    {
        var set = new DataSetBytes(encoding);
        var whole = set.Sequence(
            Sequence, "SQ", undefined: true, set.Item(undefined: true, new DataSetBytes(encoding).Instance().ToArray())).ToArray();

        Assert.Null(Read(whole, encoding).Problem);
        Assert.All(Enumerable.Range(1, whole.Length - 1), length => Assert.NotNull(Read(whole[..length], encoding).Problem));
    }

    [Fact]
    public void Items_and_elements_where_they_may_not_be_are_malformed()
    {
        var set = Explicit();
        var element = Explicit().Element(Name, "PN", "A "u8.ToArray()).ToArray();

        Assert.NotNull(Read(set.Item(undefined: false, element), DataSetEncoding.ExplicitLittleEndian).Problem);
        var withoutItem = Explicit().Sequence(Sequence, "SQ", undefined: true, element).ToArray();
        var undefinedText = Explicit().Header(Name, "UT", 0xFFFFFFFF).Raw(element).ToArray();
        Assert.NotNull(Read(withoutItem, DataSetEncoding.ExplicitLittleEndian).Problem);
        Assert.NotNull(Read(undefinedText, DataSetEncoding.ExplicitLittleEndian).Problem);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Sequences_may_nest_64_deep(int depth, bool allowed)
    {
        var set = Implicit();
        byte[] nested = [];
        for (var level = 0; level < depth; level++)
            nested = Implicit().Sequence(Sequence, "SQ", undefined: true, set.Item(undefined: true, nested)).ToArray();

        Assert.Equal(allowed, Read(nested, DataSetEncoding.ImplicitLittleEndian).Problem is null);
    }

    [Fact]
    public void A_nesting_bomb_is_left_at_the_limit_without_a_stack_of_its_depth()
    {
        var set = Implicit();
        byte[] level = [.. Implicit().Header(Sequence, "SQ", 0xFFFFFFFF).ToArray(), .. set.Delimiter(Tag.Item, 0xFFFFFFFF)];
        var bomb = Enumerable.Repeat(level, 100_000).SelectMany(bytes => bytes).ToArray();

        Assert.Contains("nested deeper than 64", Read(bomb, DataSetEncoding.ImplicitLittleEndian).Problem!.Reason);
    }

    [Fact]
    public void Deflated_data_is_looked_into_and_malformed_if_it_does_not_inflate_or_is_malformed_inside()
    {
        var deflated = Deflate(new CtPhantom(1).ToDataSet());
        var broken = deflated.ToArray();
        Array.Fill(broken, (byte)0xFF, 20, 40);

        var summary = Read(deflated, DataSetEncoding.Deflated);

        Assert.False(summary.IsOpaque);
        Assert.Null(summary.Problem);
        Assert.Equal(new CtPhantom(1).SopInstanceUid, summary.SopInstanceUid);
        Assert.Null(Read([.. deflated, 0], DataSetEncoding.Deflated).Problem); // padded to an even length (PS3.5 annex A.5)
        Assert.NotNull(Read(broken, DataSetEncoding.Deflated).Problem);
        Assert.NotNull(Read([], DataSetEncoding.Deflated).Problem);
        Assert.NotNull(Read(deflated[..(deflated.Length / 2)], DataSetEncoding.Deflated).Problem);
        Assert.NotNull(Read(Deflate(new CtPhantom(1).ToDataSet()[..^1]), DataSetEncoding.Deflated).Problem);
        var sequence = Explicit();
        var unended = sequence.Header(Sequence, "SQ", 0xFFFFFFFF).Raw(sequence.Delimiter(Tag.Item)).ToArray();
        Assert.NotNull(Read(Deflate(unended), DataSetEncoding.Deflated).Problem);
    }

    [Fact]
    public void A_deflate_bomb_is_left_at_the_limit()
    {
        var bomb = Deflate(new byte[10_000_000]);
        var limits = new DataSetLimits(64, 1_000_000);

        var problem = DataSetReader.Read(
            new MemoryStream(bomb), TransferSyntax.DeflatedExplicitVrLittleEndian, limits, CancellationToken.None).Problem;

        Assert.Contains("longer than 1000000 bytes when inflated", problem!.Reason);
    }

    [Fact]
    public void A_private_transfer_syntax_is_not_looked_into() =>
        Assert.True(Read([1, 2, 3], DataSetEncoding.Opaque).IsOpaque);

    [Fact]
    public void Random_bytes_end_in_a_summary_within_the_limits() =>
        Gen.Select(Gen.Byte.Array[0, 2048], Gen.Enum<DataSetEncoding>()).Sample(
        random =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            _ = Read(random.Item1, random.Item2);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 512 * 1024);
        },
        iter: 10_000);

    [Fact]
    public void A_data_set_with_wrong_bytes_ends_in_a_summary()
    {
        var set = Explicit();
        var item = set.Item(undefined: true, Explicit().Instance().ToArray());
        var whole = set.Instance()
            .Sequence(Sequence, "SQ", undefined: true, item, item)
            .Sequence(Private, "UN", undefined: true, item)
            .ToArray();
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 6].Sample(
            changes =>
            {
                var changed = whole.ToArray();
                foreach (var (index, value) in changes)
                    changed[index] = value;
                _ = Read(changed, DataSetEncoding.ExplicitLittleEndian);
                _ = Read(changed, DataSetEncoding.ImplicitLittleEndian);
            },
            iter: 10_000);
    }

    private static DataSetBytes Explicit() => new(DataSetEncoding.ExplicitLittleEndian);

    private static DataSetBytes Implicit() => new(DataSetEncoding.ImplicitLittleEndian);

    private static DataSetSummary Read(byte[] bytes, DataSetEncoding encoding)
    {
        var syntax = encoding switch
        {
            DataSetEncoding.ImplicitLittleEndian => TransferSyntax.ImplicitVrLittleEndian,
            DataSetEncoding.ExplicitBigEndian => TransferSyntax.ExplicitVrBigEndian,
            DataSetEncoding.Deflated => TransferSyntax.DeflatedExplicitVrLittleEndian,
            DataSetEncoding.Opaque => new TransferSyntax(Uid.Parse("1.3.46.670589.33.1.4.1")),
            _ => TransferSyntax.ExplicitVrLittleEndian,
        };
        return DataSetReader.Read(new MemoryStream(bytes), syntax, DataSetLimits.Default, CancellationToken.None);
    }

    private static byte[] Deflate(byte[] bytes)
    {
        var deflated = new MemoryStream();
        using (var deflate = new DeflateStream(deflated, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(bytes);
        return deflated.ToArray();
    }
}
