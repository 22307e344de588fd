using Gateway.Dicom.Conversion;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Digests;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Tests.DataSets;
using Gateway.Dicom.Tests.Peers;
using Xunit;

namespace Gateway.Dicom.Tests.Digests;

public sealed class ObjectDigestsTests
{
    private static readonly Tag Sequence = new(0x0040, 0x0275);
    private static readonly Tag PrivateSequence = new(0x0029, 0x1010);
    private static readonly Tag PatientName = new(0x0010, 0x0010);

    private static readonly TransferSyntax[] Syntaxes =
    [
        TransferSyntax.ImplicitVrLittleEndian, TransferSyntax.ExplicitVrLittleEndian, TransferSyntax.ExplicitVrBigEndian,
        TransferSyntax.DeflatedExplicitVrLittleEndian,
    ];

    [Fact]
    public void Real_files_have_the_same_digests_in_every_native_syntax()
    {
        Assert.SkipUnless(Pydicom.IsInstalled, Pydicom.Missing);
        var compared = 0;
        List<string> different = [];
        foreach (var path in Pydicom.TestFiles.Concat(Pydicom.CharacterSetFiles))
        {
            var bytes = File.ReadAllBytes(path);
            if (TryCompute(bytes) is not { } digests)
                continue;
            foreach (var syntax in Syntaxes)
            {
                if (TryConvert(bytes, syntax) is not { } converted)
                    continue;
                compared++;
                if (TryCompute(converted) != digests)
                    different.Add($"{Path.GetFileName(path)} {syntax}");
            }
        }

        Assert.Equal([], different);
        Assert.True(compared > 150, $"{compared} were compared");
    }

    [Fact]
    public async Task What_dcmtk_makes_of_a_file_has_the_same_digests()
    {
        Assert.SkipUnless(Pydicom.IsInstalled && Dcmtk.IsInstalled("dcmconv"), "python3-pydicom or dcmtk is not installed.");
        var folder = Directory.CreateTempSubdirectory("digests").FullName;
        var target = Path.Combine(folder, "converted.dcm");
        foreach (var name in new[] { "CT_small", "rtplan", "priv_SQ", "test-SR", "rtdose_1frame", "waveform_ecg" })
        {
            var path = Pydicom.TestFiles.Single(path => Path.GetFileNameWithoutExtension(path) == name);
            foreach (var options in new[] { "+ti +e", "+te -e", "+tb +e", "+td -e", "+te +e +g=" })
            {
                var (exitCode, _) = await Dcmtk.RunAsync(
                    "dcmconv", [.. options.Split(' '), path, target], TestContext.Current.CancellationToken);

                Assert.Equal(0, exitCode);
                Assert.NotNull(TryCompute(File.ReadAllBytes(path)));
                Assert.Equal(TryCompute(File.ReadAllBytes(path)), TryCompute(File.ReadAllBytes(target)));
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Private_sequences_and_lengths_do_not_depend_on_the_encoding()
    {
        HashSet<ObjectDigests> digests = [];
        foreach (var encoding in new[] { DataSetEncoding.ImplicitLittleEndian, DataSetEncoding.ExplicitLittleEndian })
        {
            foreach (var undefined in new[] { false, true })
            {
                var set = new DataSetBytes(encoding).Instance();
                var inner = new DataSetBytes(encoding).Element(new Tag(0x0029, 0x1011), "LO", "A "u8.ToArray()).ToArray();
                var nested = new DataSetBytes(encoding).Sequence(PrivateSequence, "SQ", undefined, set.Item(undefined, inner)).ToArray();
                set.Sequence(PrivateSequence, "SQ", undefined, set.Item(undefined, nested)).Sequence(Sequence, "SQ", undefined);
                digests.Add(Compute(set, encoding));
            }
        }

        Assert.Single(digests);
    }

    [Fact]
    public void A_changed_header_changes_one_digest_and_a_changed_pixel_the_other()
    {
        var original = Compute(Set("A^B ", [1, 2, 3, 4]), DataSetEncoding.ExplicitLittleEndian);
        var renamed = Compute(Set("A^C ", [1, 2, 3, 4]), DataSetEncoding.ExplicitLittleEndian);
        var redrawn = Compute(Set("A^B ", [1, 2, 3, 5]), DataSetEncoding.ExplicitLittleEndian);

        Assert.Equal((false, true), (original.Header == renamed.Header, original.Pixels == renamed.Pixels));
        Assert.Equal((true, false), (original.Header == redrawn.Header, original.Pixels == redrawn.Pixels));
    }

    [Fact]
    public void Transport_attributes_padding_and_order_are_not_in_the_header()
    {
        var original = Compute(Set("A^B", [1, 2]), DataSetEncoding.ExplicitLittleEndian);
        var other = new DataSetBytes(DataSetEncoding.ExplicitLittleEndian)
            .Element(new Tag(0x0008, 0x0015), "DT", "20260101"u8.ToArray()).Element(new Tag(0x0010, 0), "UL", [9, 9, 9, 9])
            .Element(Tag.PixelData, "OW", [1, 2]).Element(PatientName, "PN", "A^B "u8.ToArray()).Instance()
            .Sequence(new Tag(0x0400, 0x0561), "SQ", undefined: true).Element(new Tag(0xFFFC, 0xFFFC), "OB", new byte[100]);

        Assert.Equal(original, Compute(other, DataSetEncoding.ExplicitLittleEndian));
    }

    [Fact]
    public void Every_changed_byte_of_a_value_changes_a_digest()
    {
        var file = new CtPhantom(1).ToFile();
        var original = TryCompute(file);
        var start = file.AsSpan().IndexOf("Rehearsal^Phantom"u8);
        foreach (var at in Enumerable.Range(start, "Rehearsal^Phantom".Length).Concat(Enumerable.Range(file.Length - 100, 100)))
        {
            var changed = file.ToArray();
            changed[at] ^= 1;
            Assert.NotEqual(original, TryCompute(changed));
        }
    }

    private static DataSetBytes Set(string name, byte[] pixels) => new DataSetBytes(DataSetEncoding.ExplicitLittleEndian).Instance()
        .Element(PatientName, "PN", System.Text.Encoding.ASCII.GetBytes(name)).Element(Tag.PixelData, "OW", pixels);

    private static ObjectDigests Compute(DataSetBytes set, DataSetEncoding encoding)
    {
        var syntax = encoding == DataSetEncoding.ImplicitLittleEndian
            ? TransferSyntax.ImplicitVrLittleEndian
            : TransferSyntax.ExplicitVrLittleEndian;
        var loaded = DataSetReader.Load(new MemoryStream(set.ToArray()), syntax, DataSetLimits.Default, CancellationToken.None);
        return ObjectDigests.Compute(loaded, syntax, DataSetLimits.Default, CancellationToken.None);
    }

    private static ObjectDigests? TryCompute(byte[] file)
    {
        try
        {
            return ObjectDigests.Compute(new MemoryStream(file), DataSetLimits.Default, CancellationToken.None);
        }
        catch (Exception failure) when (failure is Part10Exception or DataSetException)
        {
            return null;
        }
    }

    private static byte[]? TryConvert(byte[] file, TransferSyntax target)
    {
        if (Part10Header.Read(new MemoryStream(file)).Meta.TransferSyntax == TransferSyntax.RleLossless)
            return null; // decoded pixels are other pixels
        var converted = new MemoryStream();
        try
        {
            SyntaxConversion.Convert(new MemoryStream(file), converted, target, DataSetLimits.Default, CancellationToken.None);
            return converted.ToArray();
        }
        catch (ConversionException)
        {
            return null;
        }
    }
}
