using System.Globalization;
using System.Text.Json;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Tests.Peers;
using Xunit;

namespace Gateway.Dicom.Tests.DataSets;

public sealed class DataSetTests
{
    private static readonly Tag PatientName = new(0x0010, 0x0010);
    private static readonly Tag Sequence = new(0x0040, 0x0275);

    /// <summary>What pydicom's files hold, flat: the way to each element, its VR, and its values as text or numbers.</summary>
    private const string Flatten = """
        import json, sys, pydicom
        from pydicom.multival import MultiValue
        def values(e):
            v = e.value
            if v is None or v == '' or isinstance(v, bytes): return []
            return list(v) if isinstance(v, (MultiValue, list)) else [v]
        def flat(ds, way, out):
            for e in ds:
                here = way + '%04X%04X' % (e.tag.group, e.tag.element)
                if e.VR == 'SQ':
                    for n, item in enumerate(e.value): flat(item, '%s[%d]' % (here, n), out)
                elif e.VR in ('US','SS','UL','SL','FL','FD','DS','IS','US or SS'):
                    out.append([here, e.VR, [float(v) for v in values(e)]])
                elif e.VR in ('AE','AS','CS','DA','DT','TM','UI','LO','SH','ST','LT','UT','UC','PN'):
                    out.append([here, e.VR, '\\'.join(str(v).strip(' ') for v in values(e))])
            return out
        result = []
        for f in sys.argv[1:]:
            try: result.append(flat(pydicom.dcmread(f), '', []))
            except Exception as e: result.append(str(e))
        print(json.dumps(result))
        """;

    public static TheoryData<DataSetEncoding> Encodings { get; } =
        [DataSetEncoding.ImplicitLittleEndian, DataSetEncoding.ExplicitLittleEndian, DataSetEncoding.ExplicitBigEndian];

    [Fact]
    public async Task Real_files_hold_what_pydicom_reads()
    {
        Assert.SkipUnless(Pydicom.IsInstalled, Pydicom.Missing);
        var readable = Pydicom.TestFiles.Concat(Pydicom.CharacterSetFiles).Where(IsReadable).ToArray();
        var printed = JsonDocument.Parse(await Pydicom.RunAsync(Flatten, readable)).RootElement.EnumerateArray().ToArray();
        List<string> different = [];
        foreach (var (path, expected) in readable.Zip(printed))
        {
            if (expected.ValueKind == JsonValueKind.String)
                continue; // what pydicom does not read
            using var file = DicomFile.Open(path, DataSetLimits.Default, CancellationToken.None);
            foreach (var element in expected.EnumerateArray())
            {
                if (Follow(file.DataSet, element[0].GetString()!) is not var (set, tag))
                    continue;
                if (set.Find(tag)?.EffectiveVr == ValueRepresentation.Unknown)
                    continue; // pydicom has a dictionary of private elements too
                var told = element[2].ValueKind == JsonValueKind.String
                    ? set.Text(tag) is { } text ? string.Join('\\', text.Split('\\').Select(value => value.Trim(' '))) : ""
                    : string.Join('\\', set.Numbers(tag).Select(number => number.ToString("R", CultureInfo.InvariantCulture)));
                var wanted = element[2].ValueKind == JsonValueKind.String
                    ? element[2].GetString()!
                    : string.Join('\\', element[2].EnumerateArray().Select(value => value.GetDouble().ToString("R", CultureInfo.InvariantCulture)));
                if (told.TrimEnd('=', ' ') != wanted.TrimEnd('=', ' '))
                    different.Add($"{Path.GetFileName(path)} {element[0]} {element[1]}: <{told}> and not <{wanted}>");
            }
        }

        Assert.Equal([], different);
        Assert.True(readable.Length > 60);
    }

    [Fact]
    public void Real_files_are_written_as_they_were()
    {
        Assert.SkipUnless(Pydicom.IsInstalled, Pydicom.Missing);
        List<string> different = [];
        foreach (var path in Pydicom.TestFiles.Concat(Pydicom.CharacterSetFiles).Where(IsReadable))
        {
            using var file = DicomFile.Open(path, DataSetLimits.Default, CancellationToken.None);
            if (file.Header.Meta.TransferSyntax == TransferSyntax.DeflatedExplicitVrLittleEndian)
                continue; // the same content deflates to other bytes elsewhere
            var written = new MemoryStream();
            file.DataSet.WriteTo(written, file.Header.Meta.TransferSyntax, GroupLengths.Recompute, CancellationToken.None);
            if (!written.ToArray().AsSpan().SequenceEqual(File.ReadAllBytes(path).AsSpan((int)file.Header.DataSetOffset)))
                different.Add(Path.GetFileName(path));
        }

        Assert.Equal(["693_J2KI.dcm", "chrJapMulti.dcm", "chrKoreanMulti.dcm"], different); // their group lengths are wrong
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_data_set_is_written_as_it_was_read_in_every_encoding(DataSetEncoding encoding)
    {
        var set = new DataSetBytes(encoding).Instance();
        foreach (var (group, outer, inner) in new[] { (0x08, false, false), (0x10, false, true), (0x18, true, false), (0x20, true, true) })
        {
            var leaf = new DataSetBytes(encoding).Element(PatientName, "PN", "A^B "u8.ToArray()).ToArray();
            var nested = new DataSetBytes(encoding).Sequence(Sequence, "SQ", inner, set.Item(outer, leaf), set.Item(inner, [])).ToArray();
            set.Sequence(new Tag(0x0040, (ushort)(0x0555 + group)), "SQ", outer, set.Item(inner, nested), set.Item(outer, []));
        }

        set.Sequence(new Tag(0x0041, 0x1001), encoding == DataSetEncoding.ImplicitLittleEndian ? "" : "SQ", undefined: true);
        var bytes = set.Element(Tag.PixelData, "OW", new byte[200_000]).ToArray();

        Assert.Equal(bytes, Write(Load(bytes, encoding), encoding));
    }

    [Fact]
    public void A_long_value_stays_in_the_stream_and_passes()
    {
        var pixels = new byte[300_001];
        new Random(1).NextBytes(pixels);
        var bytes = Explicit().Instance().Element(Tag.PixelData, "OB", pixels).ToArray();
        var deflated = new MemoryStream();
        Load(bytes, DataSetEncoding.ExplicitLittleEndian).WriteTo(
            deflated, TransferSyntax.DeflatedExplicitVrLittleEndian, GroupLengths.Drop, CancellationToken.None);
        deflated.Position = 0;
        var inflated = DataSetReader.Load(
            deflated, TransferSyntax.DeflatedExplicitVrLittleEndian, DataSetLimits.Default, CancellationToken.None);

        var value = (BytesValue)inflated.Find(Tag.PixelData)!.Value;

        Assert.Equal(0, deflated.Length % 2);
        Assert.False(value.IsLoaded);
        Assert.Equal([.. pixels, 0], value.ToMemory().ToArray());
        var part = new byte[5];
        value.Read(100, part); // and backward
        Assert.Equal(pixels[100..105], part);
        Assert.Equal([.. bytes, 0], FixLength(Write(inflated, DataSetEncoding.ExplicitLittleEndian), bytes));
    }

    [Fact]
    public void A_data_set_without_elements_is_deflated_and_read()
    {
        var written = new MemoryStream();
        new DataSet([]).WriteTo(written, TransferSyntax.DeflatedExplicitVrLittleEndian, GroupLengths.Drop, CancellationToken.None);
        written.Position = 0;

        Assert.Empty(DataSetReader.Load(
            written, TransferSyntax.DeflatedExplicitVrLittleEndian, DataSetLimits.Default, CancellationToken.None));
    }

    [Fact]
    public void Elements_are_put_into_order_and_values_get_an_even_length()
    {
        var set = Load(
            Explicit().Element(new Tag(0x0020, 0x000D), "UI", "1.2.3"u8.ToArray()).Element(PatientName, "PN", "ABC"u8.ToArray()).ToArray(),
            DataSetEncoding.ExplicitLittleEndian);

        var expected = Explicit().Element(PatientName, "PN", "ABC "u8.ToArray()).Identifier(Tag.StudyInstanceUid, "1.2.3").ToArray();
        Assert.Equal(expected, Write(set, DataSetEncoding.ExplicitLittleEndian));
    }

    [Fact]
    public void Group_lengths_are_dropped_or_made_right()
    {
        var bytes = Explicit().Element(new Tag(0x0010, 0), "UL", [1, 2, 3, 4]).Element(PatientName, "PN", "ABCD"u8.ToArray()).ToArray();
        var set = Load(bytes, DataSetEncoding.ExplicitLittleEndian);

        Assert.Equal([.. bytes[..8], 12, 0, 0, 0, .. bytes[12..]], Write(set, DataSetEncoding.ExplicitLittleEndian));
        Assert.Equal(bytes[12..], Write(set, DataSetEncoding.ExplicitLittleEndian, GroupLengths.Drop));
    }

    [Fact]
    public void A_sequence_in_a_value_of_unknown_vr_stays_implicit()
    {
        var inner = new DataSetBytes(DataSetEncoding.ImplicitLittleEndian);
        var item = inner.Item(undefined: true, inner.Instance().ToArray());
        var bytes = new DataSetBytes(DataSetEncoding.ExplicitBigEndian).Header(new Tag(0x0029, 0x1010), "UN", 0xFFFFFFFF)
            .Raw(item).Raw(inner.Delimiter(Tag.SequenceDelimiter)).ToArray();
        var set = Load(bytes, DataSetEncoding.ExplicitBigEndian);

        Assert.Equal("UI", set.Items(new Tag(0x0029, 0x1010))[0].Find(Tag.SopInstanceUid)!.Vr.ToString());
        Assert.Equal(bytes, Write(set, DataSetEncoding.ExplicitBigEndian));
    }

    [Fact]
    public void The_data_set_itself_says_what_implicit_vr_leaves_open()
    {
        var largest = new Tag(0x0028, 0x0107);
        var nested = new DataSetBytes(DataSetEncoding.ImplicitLittleEndian).Element(largest, "", [0xFF, 0xFF]).ToArray();
        var outer = new DataSetBytes(DataSetEncoding.ImplicitLittleEndian);
        var set = Load(
            outer.Sequence(new Tag(0x0018, 0x9346), "SQ", undefined: false, outer.Item(undefined: false, nested))
                .Element(new Tag(0x0028, 0x0103), "US", [1, 0]).Element(largest, "", [0xFE, 0xFF]).ToArray(),
            DataSetEncoding.ImplicitLittleEndian);

        Assert.Equal("SS", set.Find(largest)!.Vr.ToString());
        Assert.Equal([-2], set.Integers(largest));
        Assert.Equal([-1], set.Items(new Tag(0x0018, 0x9346))[0].Integers(largest)); // before the data set says it
    }

    [Fact]
    public void A_private_element_is_found_by_its_creator()
    {
        var set = Load(
            Explicit().Element(new Tag(0x0029, 0x0010), "LO", "OTHER "u8.ToArray()).Element(new Tag(0x0029, 0x0011), "LO", "MAKER "u8.ToArray())
                .Element(new Tag(0x0029, 0x1101), "LO", "1 "u8.ToArray()).ToArray(),
            DataSetEncoding.ExplicitLittleEndian);

        Assert.Equal(new Tag(0x0029, 0x1101), set.Find("MAKER", 0x0029, 0x01)!.Tag);
        Assert.Null(set.Find("NOBODY", 0x0029, 0x01));
    }

    [Fact]
    public void A_changed_data_set_is_another_one()
    {
        var set = Load(Explicit().Instance().ToArray(), DataSetEncoding.ExplicitLittleEndian);

        var changed = set.With(DataElement.OfText(PatientName, ValueRepresentation.PersonName, "ABC"u8)).Without(Tag.SopClassUid);

        Assert.Equal(("ABC", null), (changed.Text(PatientName), changed.Text(Tag.SopClassUid)));
        Assert.Equal((null, "1.2.840.10008.5.1.4.1.1.2"), (set.Text(PatientName), set.Text(Tag.SopClassUid)));
        Assert.Equal([Uid.Parse("1.2.3")], changed.Identifiers(Tag.SopInstanceUid));
    }

    [Fact]
    public void More_elements_than_allowed_and_malformed_data_are_refused()
    {
        var limits = DataSetLimits.Default with { MaximumElements = 3 };
        var four = new MemoryStream(Explicit().Instance().ToArray());
        var opaque = new TransferSyntax(Uid.Parse("1.3.46.670589.33.1.4.1"));

        var tooMany = Assert.Throws<DataSetException>(
            () => DataSetReader.Load(four, TransferSyntax.ExplicitVrLittleEndian, limits, CancellationToken.None));
        Assert.Contains("more than 3 elements", tooMany.Message);
        Assert.Throws<DataSetException>(() => DataSetReader.Load(four, opaque, limits, CancellationToken.None));
        Assert.Throws<DataSetException>(() => Load([1, 2, 3], DataSetEncoding.ExplicitLittleEndian));
    }

    private static DataSetBytes Explicit() => new(DataSetEncoding.ExplicitLittleEndian);

    private static byte[] FixLength(byte[] written, byte[] original)
    {
        var start = original.Length - 300_001 - 4;
        Assert.Equal(300_002, BitConverter.ToInt32(written, start));
        return [.. written[..start], .. original[start..(start + 4)], .. written[(start + 4)..]];
    }

    private static DataSet Load(byte[] bytes, DataSetEncoding encoding) =>
        DataSetReader.Load(new MemoryStream(bytes), Syntax(encoding), DataSetLimits.Default, CancellationToken.None);

    private static byte[] Write(DataSet set, DataSetEncoding encoding, GroupLengths groupLengths = GroupLengths.Recompute)
    {
        var written = new MemoryStream();
        set.WriteTo(written, Syntax(encoding), groupLengths, CancellationToken.None);
        return written.ToArray();
    }

    private static TransferSyntax Syntax(DataSetEncoding encoding) => encoding switch
    {
        DataSetEncoding.ImplicitLittleEndian => TransferSyntax.ImplicitVrLittleEndian,
        DataSetEncoding.ExplicitBigEndian => TransferSyntax.ExplicitVrBigEndian,
        _ => TransferSyntax.ExplicitVrLittleEndian,
    };

    private static (DataSet Set, Tag Tag)? Follow(DataSet set, string way)
    {
        while (true)
        {
            var number = uint.Parse(way[..8], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var tag = new Tag((ushort)(number >> 16), (ushort)number);
            if (way.Length == 8)
                return (set, tag);
            if (set.Find(tag) is { Vr: var vr, Value: BytesValue } && vr == ValueRepresentation.Unknown)
                return null; // pydicom takes some unknown values of defined length for sequences
            var end = way.IndexOf(']', StringComparison.Ordinal);
            set = set.Items(tag)[int.Parse(way[9..end], CultureInfo.InvariantCulture)];
            way = way[(end + 1)..];
        }
    }

    private static bool IsReadable(string path)
    {
        try
        {
            using var file = DicomFile.Open(path, DataSetLimits.Default, CancellationToken.None);
            return true;
        }
        catch (Exception failure) when (failure is DataSetException or Part10Exception)
        {
            return false;
        }
    }
}
