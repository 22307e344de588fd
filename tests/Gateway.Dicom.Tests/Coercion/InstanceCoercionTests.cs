using Gateway.Dicom.Coercion;
using Gateway.Dicom.Conversion;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Digests;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Tests.Peers;
using Xunit;

namespace Gateway.Dicom.Tests.Coercion;

public sealed class InstanceCoercionTests
{
    private static readonly Tag PatientId = new(0x0010, 0x0020);
    private static readonly Tag PatientName = new(0x0010, 0x0010);
    private static readonly Tag IssuerOfPatientId = new(0x0010, 0x0021);
    private static readonly Tag AccessionNumber = new(0x0008, 0x0050);
    private static readonly Tag OriginalAttributes = new(0x0400, 0x0561);
    private static readonly Tag ModifiedAttributes = new(0x0400, 0x0550);
    private static readonly DateTimeOffset At = new(2026, 7, 4, 12, 30, 15, 250, TimeSpan.FromHours(2));

    public static TheoryData<string> Syntaxes { get; } =
        ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.5"];

    [Theory]
    [MemberData(nameof(Syntaxes))]
    public void Changed_attributes_have_new_values_and_their_old_ones_are_written_down(string syntax)
    {
        var original = Phantom(new TransferSyntax(Uid.Parse(syntax)));

        var (set, changed) = Apply(
            original, [.. AttributeChange.PatientId("4711", "HOUSE B"), .. AttributeChange.AccessionNumber("A1", "HOUSE B")]);

        Assert.Equal(("4711", "HOUSE B", "A1"), (set.Text(PatientId), set.Text(IssuerOfPatientId), set.Text(AccessionNumber)));
        Assert.Equal("HOUSE B", set.Items(new Tag(0x0008, 0x0051))[0].Text(new Tag(0x0040, 0x0031)));
        Assert.Equal([PatientId, IssuerOfPatientId, AccessionNumber, new Tag(0x0008, 0x0051)], changed);
        var record = Assert.Single(set.Items(OriginalAttributes));
        Assert.Equal("20260704123015.250000+0200", record.Text(new Tag(0x0400, 0x0562)));
        Assert.Equal(("GATEWAY", "HOUSE A", "COERCE"), (
            record.Text(new Tag(0x0400, 0x0563)), record.Text(new Tag(0x0400, 0x0564)), record.Text(new Tag(0x0400, 0x0565))));
        Assert.Equal("20260704123015.250000+0200", set.Text(new Tag(0x0008, 0x0015)));
        var old = Assert.Single(record.Items(ModifiedAttributes));
        Assert.Equal([AccessionNumber, PatientId], old.Select(element => element.Tag)); // the issuers were not there
        Assert.Equal("REHEARSAL", old.Text(PatientId));
    }

    [Theory]
    [MemberData(nameof(Syntaxes))]
    public void All_else_stays_as_it_was(string syntax)
    {
        var original = Phantom(new TransferSyntax(Uid.Parse(syntax)));
        var coerced = ApplyToFile(original, [new AttributeChange.Prefix(PatientId, "B-")]);

        var (before, after) = (Digests(original), Digests(coerced));
        var back = Digests(ApplyToFile(coerced, [new AttributeChange.Replace(PatientId, "REHEARSAL")]));

        Assert.Equal((before.Pixels, before.Header), (after.Pixels, back.Header));
        Assert.NotEqual(before.Header, after.Header);
    }

    [Fact]
    public void A_second_coercion_adds_to_the_record()
    {
        var once = ApplyToFile(Phantom(), [new AttributeChange.Prefix(PatientId, "B-")]);

        var (set, _) = Apply(once, [new AttributeChange.Prefix(PatientId, "C-")]);

        Assert.Equal("C-B-REHEARSAL", set.Text(PatientId));
        var record = set.Items(OriginalAttributes).Select(item => item.Items(ModifiedAttributes)[0].Text(PatientId));
        Assert.Equal(["REHEARSAL", "B-REHEARSAL"], record);
    }

    [Fact]
    public void What_has_its_value_already_is_no_change()
    {
        var (set, changed) = Apply(
            Phantom(), [new AttributeChange.Replace(PatientId, "REHEARSAL"), new AttributeChange.Prefix(IssuerOfPatientId, "B-")]);

        Assert.Empty(changed);
        Assert.Null(set.Find(OriginalAttributes));
    }

    [Fact]
    public void Text_is_written_in_the_character_set_of_the_data_set()
    {
        Assert.SkipUnless(Pydicom.IsInstalled, Pydicom.Missing);
        var file = File.ReadAllBytes(Pydicom.CharacterSetFiles.Single(path => Path.GetFileName(path) == "chrH31.dcm"));

        var (set, _) = Apply(file, [new AttributeChange.Replace(PatientName, "Tarou^Yamada=太郎^山田")]);

        Assert.Equal("Tarou^Yamada=太郎^山田", set.Text(PatientName));
        var bytes = ((BytesValue)set.Find(PatientName)!.Value).ToMemory().ToArray();
        Assert.Equal("Tarou^Yamada=\u001b$BB@O:\u001b(B^\u001b$B;3ED\u001b(B"u8.ToArray(), bytes);
        var old = set.Items(OriginalAttributes)[0].Items(ModifiedAttributes)[0];
        Assert.Equal("Yamada^Tarou=山田^太郎=やまだ^たろう", old.Text(PatientName));
    }

    [Theory]
    [InlineData(0x00100010u, "山田", "U+5C71 is not in the character set ISO_IR 100")]
    [InlineData(0x00080050u, "12345678901234567", "the new value is 17 characters long where SH allows 16")]
    [InlineData(0x00100020u, "A\nB", "LO allows no control characters")]
    [InlineData(0x00280010u, "5", "its VR is not one of text")]
    [InlineData(0x00080018u, "1.2", "it is not a coercion to change what the instance is, or what holds the record")]
    public void What_cannot_be_written_is_refused_before_anything_is(uint number, string text, string reason)
    {
        var tag = new Tag((ushort)(number >> 16), (ushort)number);
        var output = new MemoryStream();
        var coercion = new InstanceCoercion([new AttributeChange.Replace(tag, text)], "GATEWAY", "HOUSE A", At);

        var refusal = Assert.Throws<CoercionException>(
            () => coercion.Apply(new MemoryStream(Phantom()), output, DataSetLimits.Default, CancellationToken.None));

        Assert.Equal((tag, reason, 0L), (refusal.Tag, refusal.Reason, output.Length));
    }

    [Fact]
    public async Task Dcmtk_reads_a_coerced_file()
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("dcmdump"), "dcmtk is not installed.");
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(
            path, ApplyToFile(Phantom(), [.. AttributeChange.PatientId("4711", "B")]), TestContext.Current.CancellationToken);

        var (exitCode, output) = await Dcmtk.RunAsync(
            "dcmdump", ["+P", "0400,0561", "+P", "0010,0021", path], TestContext.Current.CancellationToken);

        File.Delete(path);
        Assert.Equal(0, exitCode);
        Assert.Contains("[REHEARSAL]", output);
        Assert.Contains("[COERCE]", output);
    }

    private static byte[] Phantom(TransferSyntax? syntax = null)
    {
        var file = new CtPhantom(1).ToFile();
        if (syntax is null)
            return file;
        var converted = new MemoryStream();
        SyntaxConversion.Convert(new MemoryStream(file), converted, syntax.Value, DataSetLimits.Default, CancellationToken.None);
        return converted.ToArray();
    }

    private static byte[] ApplyToFile(byte[] file, IReadOnlyList<AttributeChange> changes)
    {
        var output = new MemoryStream();
        new InstanceCoercion(changes, "GATEWAY", "HOUSE A", At).Apply(
            new MemoryStream(file), output, DataSetLimits.Default, CancellationToken.None);
        return output.ToArray();
    }

    private static (DataSet Set, IReadOnlyList<Tag> Changed) Apply(byte[] file, IReadOnlyList<AttributeChange> changes)
    {
        var output = new MemoryStream();
        var changed = new InstanceCoercion(changes, "GATEWAY", "HOUSE A", At).Apply(
            new MemoryStream(file), output, DataSetLimits.Default, CancellationToken.None);
        output.Position = 0;
        return (DicomFile.Open(output, DataSetLimits.Default, CancellationToken.None).DataSet, changed);
    }

    private static ObjectDigests Digests(byte[] file) =>
        ObjectDigests.Compute(new MemoryStream(file), DataSetLimits.Default, CancellationToken.None);
}
