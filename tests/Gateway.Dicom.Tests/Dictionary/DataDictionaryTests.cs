using System.Runtime.CompilerServices;
using System.Text.Json;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Dictionary;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Tests.Peers;
using Xunit;

namespace Gateway.Dicom.Tests.Dictionary;

public sealed class DataDictionaryTests
{
    private const string Source = "/usr/share/libdcmtk17/dicom.dic";

    [Theory]
    [InlineData(0x00100010, "PatientName", "PN", "1", false)]
    [InlineData(0x00080001, "LengthToEnd", "UL", "1", true)]
    [InlineData(0x00280106, "SmallestImagePixelValue", "US/SS", "1", false)]
    [InlineData(0x00283006, "LUTData", "US/SS/OW", "1-n", false)]
    [InlineData(0x7FE00010, "PixelData", "OB/OW", "1", false)]
    [InlineData(0x60000010, "OverlayRows", "US", "1", false)]
    [InlineData(0x60FE3000, "OverlayData", "OB/OW", "1", false)]
    [InlineData(0x50043000, "CurveData", "OB/OW", "1", true)]
    [InlineData(0x00203105, "SourceImageIDs", "CS", "1-n", true)]
    [InlineData(0x00290010, "PrivateCreator", "LO", "1", false)]
    [InlineData(0x00120000, "GenericGroupLength", "UL", "1", true)]
    [InlineData(0x00000000, "CommandGroupLength", "UL", "1", false)]
    public void An_element_has_keyword_vrs_and_multiplicity(uint number, string keyword, string vrs, string multiplicity, bool retired)
    {
        var tag = new Tag((ushort)(number >> 16), (ushort)number);

        var entry = DataDictionary.Find(tag)!;

        Assert.Equal((tag, keyword, multiplicity, retired), (entry.Tag, entry.Keyword, entry.Multiplicity, entry.IsRetired));
        Assert.Equal(vrs, string.Join('/', entry.Representations));
        Assert.Equal(vrs[..2], DataDictionary.RepresentationOf(tag).ToString());
    }

    [Fact]
    public void An_item_has_no_vr()
    {
        Assert.Empty(DataDictionary.Find(Tag.Item)!.Representations);
        Assert.Equal(ValueRepresentation.None, DataDictionary.RepresentationOf(Tag.SequenceDelimiter));
    }

    [Theory]
    [InlineData(0x00100011)] // between two elements
    [InlineData(0xFFFFFFFF)] // behind the last one
    [InlineData(0x00291001)] // private
    [InlineData(0x60010010)] // the odd groups between overlays are private
    [InlineData(0x50000006)] // no curve has it
    public void Of_what_is_not_in_the_dictionary_nothing_is_known(uint number)
    {
        var tag = new Tag((ushort)(number >> 16), (ushort)number);

        Assert.True(DataDictionary.Find(tag) is null or { Keyword: "PrivateCreator" });
        Assert.Equal(tag.IsPrivateCreator ? "LO" : "UN", DataDictionary.RepresentationOf(tag).ToString());
    }

    [Fact]
    public void A_keyword_leads_to_its_tag()
    {
        Assert.Equal(new Tag(0x0010, 0x0010), DataDictionary.Find("PatientName"));
        Assert.Equal(new Tag(0x0008, 0x0001), DataDictionary.Find("LengthToEnd"));
        Assert.Null(DataDictionary.Find("Patient"));
        Assert.Null(DataDictionary.Find("OverlayRows"));
    }

    [Fact]
    public void A_private_element_has_a_creator()
    {
        Assert.Equal(new Tag(0x0029, 0x0010), new Tag(0x0029, 0x1020).PrivateCreator);
        Assert.Null(new Tag(0x0029, 0x0010).PrivateCreator);
        Assert.Null(new Tag(0x0028, 0x1020).PrivateCreator);
    }

    [Fact]
    public void A_lookup_allocates_nothing()
    {
        _ = DataDictionary.RepresentationOf(new Tag(0x6002, 0x3000));
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var group = 0; group < 0x100; group++)
            _ = DataDictionary.RepresentationOf(new Tag((ushort)group, 0x0010));
        _ = DataDictionary.RepresentationOf(new Tag(0x6002, 0x3000));

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public async Task The_table_is_what_the_script_makes()
    {
        Assert.SkipUnless(File.Exists(Source) && Pydicom.IsInstalled, $"{Source} or python3-pydicom is not installed.");
        var folder = Path.Combine(Folder(), "../../../gateway/Gateway.Dicom/Dictionary");

        var (exitCode, made) = await Dcmtk.RunAsync(
            "/usr/bin/python3", [Path.Combine(folder, "generate"), Source], TestContext.Current.CancellationToken);

        Assert.Equal(0, exitCode);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(folder, "DictionaryTable.cs"), TestContext.Current.CancellationToken), made);
    }

    [Fact]
    public async Task The_dictionary_agrees_with_that_of_pydicom()
    {
        Assert.SkipUnless(Pydicom.IsInstalled, Pydicom.Missing);
        var known = await Pydicom.RunAsync(
            "import json, pydicom.datadict as d; print(json.dumps([[t, e[0], e[1], e[4]] for t, e in d.DicomDictionary.items()]))");
        List<string> different = [];
        foreach (var line in JsonDocument.Parse(known).RootElement.EnumerateArray())
        {
            var number = line[0].GetUInt32();
            var entry = DataDictionary.Find(new Tag((ushort)(number >> 16), (ushort)number));
            if (entry is null || entry.Representations.Count == 0)
                continue; // of another edition, or an item
            var vrs = line[1].GetString()!.Split(" or ").Select(ValueRepresentation.Of);
            if (!vrs.All(entry.Representations.Contains))
                different.Add($"{number:X8} {line[1]} {string.Join('/', entry.Representations)}");
            if (entry.Keyword != line[3].GetString() && entry.Keyword.Length > 0 && !entry.IsRetired)
                different.Add($"{number:X8} {line[3]} {entry.Keyword}");
        }

        Assert.Equal([], different);
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
