using System.Globalization;
using CsCheck;
using Gateway.Dicom.Conversion;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Tests.DataSets;
using Gateway.Dicom.Tests.Peers;
using Xunit;

namespace Gateway.Dicom.Tests.Conversion;

public sealed class SyntaxConversionTests : IDisposable
{
    private static readonly string[] Native =
    [
        "CT_small", "MR_small", "MR_small_bigendian", "MR_small_implicit", "rtdose_1frame", "rtdose_expb_1frame", "rtplan", "liver_expb_1frame",
        "waveform_ecg", "test-SR", "reportsi", "UN_sequence", "priv_SQ", "image_dfl", "SC_rgb_small_odd", "SC_ybr_full_422_uncompressed",
    ];

    private static readonly string[] Rle =
    [
        "MR_small_RLE", "SC_rgb_rle", "SC_rgb_rle_2frame", "SC_rgb_rle_16bit", "SC_rgb_rle_16bit_2frame", "SC_rgb_rle_32bit",
        "SC_rgb_rle_32bit_2frame", "rtdose_rle", "rtdose_rle_1frame",
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("conversion").FullName;

    public static TheoryData<string, string> Targets { get; } = new()
    {
        { "1.2.840.10008.1.2", "+ti" },
        { "1.2.840.10008.1.2.1", "+te" },
        { "1.2.840.10008.1.2.2", "+tb" },
        { "1.2.840.10008.1.2.1.99", "+td" },
    };

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Real_files_are_converted_as_dcmtk_converts_them(string target, string option)
    {
        Assert.SkipUnless(Pydicom.IsInstalled && Dcmtk.IsInstalled("dcmconv", "dcmdump"), "python3-pydicom or dcmtk is not installed.");
        List<string> different = [];
        foreach (var path in Native.Select(PathOf))
        {
            var ours = Convert(path, new TransferSyntax(Uid.Parse(target)));
            var theirs = Path.Combine(folder, "theirs.dcm");
            await RunAsync("dcmconv", option, path, theirs);
            await RunAsync("dcmconv", option, ours, ours + ".again"); // which gives both the same lengths of sequences
            var (expected, actual) = (await DumpAsync(theirs), await DumpAsync(ours + ".again"));
            if (expected != actual)
                different.Add($"{Path.GetFileName(path)}: {FirstDifference(expected, actual)}");
        }

        Assert.Equal([], different);
    }

    [Fact]
    public async Task Rle_is_decoded_as_dcmtk_decodes_it()
    {
        Assert.SkipUnless(Pydicom.IsInstalled && Dcmtk.IsInstalled("dcmdrle"), "python3-pydicom or dcmtk is not installed.");
        foreach (var path in Rle.Select(PathOf))
        {
            var theirs = Path.Combine(folder, "theirs.dcm");
            await RunAsync("dcmdrle", path, theirs);

            Assert.Equal(Pixels(theirs), Pixels(Convert(path, TransferSyntax.ExplicitVrLittleEndian)));
        }

        Assert.Equal(Pixels(PathOf("MR_small")), Pixels(Convert(PathOf("MR_small_RLE"), TransferSyntax.ImplicitVrLittleEndian)));
    }

    [Fact]
    public async Task Dcmtk_decodes_our_rle_and_we_decode_dcmtks()
    {
        Assert.SkipUnless(Pydicom.IsInstalled && Dcmtk.IsInstalled("dcmdrle", "dcmcrle"), "python3-pydicom or dcmtk is not installed.");
        foreach (var path in new[] { "CT_small", "MR_small_bigendian", "rtdose_1frame", "rtdose_expb", "SC_rgb_small_odd" }.Select(PathOf))
        {
            var ours = Convert(path, TransferSyntax.RleLossless);
            var (decoded, theirs) = (Path.Combine(folder, "decoded.dcm"), Path.Combine(folder, "rle.dcm"));
            await RunAsync("dcmdrle", ours, decoded);
            await RunAsync("dcmcrle", path, theirs);
            var pixels = Pixels(Convert(path, TransferSyntax.ExplicitVrLittleEndian));

            Assert.Equal(pixels, Pixels(decoded));
            Assert.Equal(pixels, Pixels(Convert(theirs, TransferSyntax.ExplicitVrLittleEndian)));
            Assert.Equal(pixels, Pixels(Convert(ours, TransferSyntax.ExplicitVrLittleEndian)));
        }
    }

    [Fact]
    public void A_way_through_every_syntax_ends_at_the_same_bytes()
    {
        var original = new CtPhantom(1).ToFile();
        var bytes = original;
        foreach (var syntax in new[]
        {
            TransferSyntax.ImplicitVrLittleEndian, TransferSyntax.ExplicitVrBigEndian, TransferSyntax.RleLossless,
            TransferSyntax.DeflatedExplicitVrLittleEndian, TransferSyntax.ExplicitVrLittleEndian,
        })
            bytes = Convert(bytes, syntax);

        Assert.Equal(original, bytes);
    }

    [Fact]
    public void Random_frames_of_every_layout_come_back_from_rle()
    {
        var layouts = Gen.Select(Gen.Int[1, 9], Gen.Int[1, 300], Gen.OneOf(1, 3), Gen.OneOf(8, 16, 32), Gen.Int[0, 1], Gen.Int[1, 3]);
        var content = Gen.Select(Gen.Int, Gen.Int[1, 256]); // few different values make runs
        Gen.Select(layouts, content).Sample(
            (layout, values) =>
            {
                var (rows, columns, samples, bits, planar, frames) = layout;
                var random = new Random(values.Item1);
                var pixels = new byte[rows * columns * samples * bits / 8 * frames];
                for (var index = 0; index < pixels.Length; index++)
                    pixels[index] = (byte)(random.Next(4) > 0 && index > 0 ? pixels[index - 1] : random.Next(values.Item2));
                var file = Image(rows, columns, samples, bits, planar, frames, pixels);

                var back = Convert(Convert(file, TransferSyntax.RleLossless), TransferSyntax.ExplicitVrLittleEndian);

                Assert.Equal(file, back);
            },
            iter: 150);
    }

    [Theory]
    [InlineData("JPEG2000", "1.2.840.10008.1.2.1", "its pixels cannot be decompressed here")]
    [InlineData("CT_small", "1.2.840.10008.1.2.4.70", "its pixels cannot be compressed so here")]
    [InlineData("CT_small", "1.2.840.113619.5.2", "the target is private")]
    [InlineData("SC_ybr_full_422_uncompressed", "1.2.840.10008.1.2.5", "its chrominance is subsampled")]
    public void What_cannot_be_converted_is_refused_with_both_syntaxes(string name, string target, string reason)
    {
        Assert.SkipUnless(Pydicom.IsInstalled, Pydicom.Missing);

        var refusal = Assert.Throws<ConversionException>(() => Convert(PathOf(name), new TransferSyntax(Uid.Parse(target))));

        Assert.Equal(reason, refusal.Reason);
        Assert.Contains(target, refusal.Message);
        Assert.Contains(refusal.SourceSyntax.ToString(), refusal.Message);
    }

    [Fact]
    public void Damaged_rle_is_refused_and_takes_no_memory_that_it_is_not_worth()
    {
        var rle = Convert(Image(100, 100, 1, 16, 0, 1, new byte[20_000]), TransferSyntax.RleLossless);
        var start = rle.AsSpan().IndexOf((byte[])[0xE0, 0x7F, 0x10, 0x00]) + 12 + 8 + 8; // behind the header, the offset table and the frame's
        var huge = Image(60_000, 1000, 1, 16, 0, 1, []);
        var fragments = new DataSetBytes(DataSetEncoding.ExplicitLittleEndian);
        fragments.Header(Tag.PixelData, "OB", 0xFFFFFFFF).Raw(fragments.Delimiter(Tag.Item)).Raw(fragments.Delimiter(Tag.Item, 64))
            .Raw(new byte[64]).Raw(fragments.Delimiter(Tag.SequenceDelimiter));
        Gen.Select(Gen.Int[0, 80], Gen.Byte).Array[1, 4].Sample(
            changes =>
            {
                var changed = rle.ToArray();
                foreach (var (index, value) in changes)
                    changed[start + index] = value;
                try
                {
                    Convert(changed, TransferSyntax.ExplicitVrLittleEndian);
                }
                catch (ConversionException)
                {
                    // the declared error
                }
            },
            iter: 2000);
        var bomb = Relabel(huge, TransferSyntax.RleLossless, fragments.ToArray());
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<ConversionException>(() => Convert(bomb, TransferSyntax.ExplicitVrLittleEndian));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void A_sequence_of_explicit_elements_in_unknown_vr_does_not_become_a_malformed_implicit_one()
    {
        var set = new DataSetBytes(DataSetEncoding.ExplicitLittleEndian).Instance();
        var item = set.Item(undefined: false, new DataSetBytes(DataSetEncoding.ExplicitLittleEndian).Instance().ToArray());
        byte[] file = [.. Meta(TransferSyntax.ExplicitVrLittleEndian).ToBytes(), .. set.Element(new Tag(0x0040, 0x0275), "UN", item).ToArray()];

        var refusal = Assert.Throws<ConversionException>(() => Convert(file, TransferSyntax.ImplicitVrLittleEndian));

        Assert.Contains("(0040,0275) is no sequence", refusal.Reason);
        Assert.Equal(file, Convert(Convert(file, TransferSyntax.ExplicitVrBigEndian), TransferSyntax.ExplicitVrLittleEndian));
    }

    [Theory]
    [InlineData("1.2.840.10008.1.2", "1.2.840.10008.1.2.5", true)]
    [InlineData("1.2.840.10008.1.2.5", "1.2.840.10008.1.2.1.99", true)]
    [InlineData("1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.90", true)]
    [InlineData("1.2.840.113619.5.2", "1.2.840.10008.1.2.1", true)]
    [InlineData("1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.1", false)]
    [InlineData("1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.90", false)]
    [InlineData("1.2.840.10008.1.2.1", "1.2.840.113619.5.2", false)]
    [InlineData("1.3.46.670589.33.1.4.1", "1.2.840.10008.1.2.1", false)]
    public void It_is_known_before_which_conversions_are_possible(string source, string target, bool isPossible) => Assert.Equal(
        isPossible, SyntaxConversion.IsPossible(new TransferSyntax(Uid.Parse(source)), new TransferSyntax(Uid.Parse(target))));

    [Fact]
    public void Ges_big_endian_pixels_are_swapped()
    {
        var set = new DataSetBytes(DataSetEncoding.ImplicitLittleEndian).Instance().Element(new Tag(0x0028, 0x0100), "US", [16, 0])
            .Element(Tag.PixelData, "OW", [1, 2, 3, 4]).ToArray();
        var meta = new FileMetaInformation(
            SopClasses.CtImageStorage, Uid.Parse("1.2.3"), new TransferSyntax(Uid.Parse("1.2.840.113619.5.2")));

        var converted = Convert([.. meta.ToBytes(), .. set], TransferSyntax.ExplicitVrLittleEndian);

        Assert.Equal([2, 1, 4, 3], converted[^4..]);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static byte[] Image(int rows, int columns, int samples, int bits, int planar, int frames, byte[] pixels)
    {
        var set = new DataSetWriter()
            .Identifier(Tag.SopClassUid, SopClasses.CtImageStorage)
            .Identifier(Tag.SopInstanceUid, Uid.Parse("1.2.3"))
            .UInt16(new Tag(0x0028, 0x0002), (ushort)samples);
        if (samples > 1)
            set.UInt16(new Tag(0x0028, 0x0006), (ushort)planar);
        set.Text(new Tag(0x0028, 0x0008), "IS", frames.ToString(CultureInfo.InvariantCulture))
            .UInt16(new Tag(0x0028, 0x0010), (ushort)rows).UInt16(new Tag(0x0028, 0x0011), (ushort)columns)
            .UInt16(new Tag(0x0028, 0x0100), (ushort)bits);
        if (pixels.Length > 0)
            set.Bytes(Tag.PixelData, bits > 8 ? "OW" : "OB", pixels.Length % 2 == 0 ? pixels : [.. pixels, 0]);
        return [.. Meta(TransferSyntax.ExplicitVrLittleEndian).ToBytes(), .. set.ToBytes()];
    }

    private static FileMetaInformation Meta(TransferSyntax syntax) => new(SopClasses.CtImageStorage, Uid.Parse("1.2.3"), syntax);

    private static byte[] Relabel(byte[] file, TransferSyntax syntax, byte[] more) =>
        [.. Meta(syntax).ToBytes(), .. file[Meta(TransferSyntax.ExplicitVrLittleEndian).ToBytes().Length..], .. more];

    private static string PathOf(string name) =>
        Pydicom.TestFiles.Single(path => Path.GetFileNameWithoutExtension(path) == name);

    private static byte[] Convert(byte[] file, TransferSyntax target)
    {
        var converted = new MemoryStream();
        SyntaxConversion.Convert(new MemoryStream(file), converted, target, DataSetLimits.Default, CancellationToken.None);
        return converted.ToArray();
    }

    private static byte[] Pixels(string path)
    {
        using var file = DicomFile.Open(path, DataSetLimits.Default, CancellationToken.None);
        return ((BytesValue)file.DataSet.Find(Tag.PixelData)!.Value).ToMemory().ToArray();
    }

    private static async Task RunAsync(string tool, params string[] arguments)
    {
        var (exitCode, output) = await Dcmtk.RunAsync(tool, arguments, TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, $"{tool} {string.Join(' ', arguments)}: {output}");
    }

    /// <summary>The data set as dcmdump shows it, without what is before it.</summary>
    private static async Task<string> DumpAsync(string path)
    {
        var (_, output) = await Dcmtk.RunAsync("dcmdump", ["-q", "+L", path], TestContext.Current.CancellationToken);
        return output[output.IndexOf("# Dicom-Data-Set", StringComparison.Ordinal)..];
    }

    private static string FirstDifference(string expected, string actual)
    {
        var (first, second) = (expected.Split('\n'), actual.Split('\n'));
        var index = Enumerable.Range(0, Math.Min(first.Length, second.Length)).FirstOrDefault(line => first[line] != second[line]);
        return $"<{second[index]}> and not <{first[index]}>";
    }

    private string Convert(string path, TransferSyntax target)
    {
        var converted = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(path)}.{target.Uid.Value.Length}.{target.Uid.Value[^1]}.ours");
        using var file = File.OpenRead(path);
        using var output = File.Create(converted);
        SyntaxConversion.Convert(file, output, target, DataSetLimits.Default, CancellationToken.None);
        return converted;
    }
}
