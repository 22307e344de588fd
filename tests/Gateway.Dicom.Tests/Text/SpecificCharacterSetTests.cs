using System.Text;
using System.Text.Json;
using CsCheck;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Tests.Peers;
using Gateway.Dicom.Text;
using Xunit;

namespace Gateway.Dicom.Tests.Text;

public sealed class SpecificCharacterSetTests
{
    private const string LongText = "LT";

    /// <summary>Terms, VR, text, and its bytes, each of which stands here as one character.</summary>
    public static TheoryData<string, string, string, string> Examples { get; } = new()
    {
        // PS3.5 annex H: Japanese
        {
            @"\ISO 2022 IR 87", "PN", "Yamada^Tarou=山田^太郎=やまだ^たろう",
            "Yamada^Tarou=\u001b$B;3ED\u001b(B^\u001b$BB@O:\u001b(B=\u001b$B$d$^$@\u001b(B^\u001b$B$?$m$&\u001b(B"
        },
        {
            @"ISO 2022 IR 13\ISO 2022 IR 87", "PN", "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
            "ÔÏÀÞ^ÀÛ³=\u001b$B;3ED\u001b(J^\u001b$BB@O:\u001b(J=\u001b$B$d$^$@\u001b(J^\u001b$B$?$m$&\u001b(J"
        },
        // annex I: Korean
        {
            @"\ISO 2022 IR 149", "PN", "Hong^Gildong=洪^吉洞=홍^길동",
            "Hong^Gildong=\u001b$)Cûó^\u001b$)CÑÎÔ×=\u001b$)CÈ«^\u001b$)C±æµ¿"
        },
        {
            @"\ISO 2022 IR 149", LongText, "The 1st line.\r\nThe 2nd 길동, two.\r\n길",
            "The 1st line.\r\nThe 2nd \u001b$)C±æµ¿, two.\r\n\u001b$)C±æ"
        },
        // annex J: UTF-8, GB18030 and GBK
        { "ISO_IR 192", "PN", "Wang^XiaoDong=王^小东=", "Wang^XiaoDong=\u00e7\u008e\u008b^\u00e5\u00b0\u008f\u00e4\u00b8\u009c=" },
        { "GB18030", "PN", "Wang^XiaoDong=王^小东=", "Wang^XiaoDong=Íõ^Ð¡¶«=" },
        { "GBK", "PN", "Wang^XiaoDong=王^小东=", "Wang^XiaoDong=Íõ^Ð¡¶«=" },
        // annex K: Chinese with code extensions
        { @"\ISO 2022 IR 58", "PN", "Zhang^XiaoDong=张^小东=", "Zhang^XiaoDong=\u001b$)AÕÅ^\u001b$)AÐ¡¶«=" },
        { @"\ISO 2022 IR 58", LongText, "1. 张\r\n2. 小东", "1. \u001b$)AÕÅ\r\n2. \u001b$)AÐ¡¶«" },
        // every single-byte set
        { "ISO_IR 6", "LO", "Doe", "Doe" },
        { "ISO_IR 100", "PN", "Äneas^Rüdiger", "Äneas^Rüdiger" },
        { "ISO_IR 101", "LO", "Łódź", "\u00a3\u00f3d\u00bc" },
        { "ISO_IR 109", "LO", "Ħaż", "\u00a1a\u00bf" },
        { "ISO_IR 110", "LO", "Ģķ", "\u00ab\u00f3" },
        { "ISO_IR 144", "LO", "Люкceмбypг", "\u00bb\u00ee\u00dace\u00dc\u00d1yp\u00d3" },
        { "ISO_IR 127", "PN", "قباني^لنزار", "\u00e2\u00c8\u00c7\u00e6\u00ea^\u00e4\u00e6\u00d2\u00c7\u00d1" },
        { "ISO_IR 126", "LO", "Διονυσιος", "\u00c4\u00e9\u00ef\u00ed\u00f5\u00f3\u00e9\u00ef\u00f2" },
        { "ISO_IR 138", "PN", "שרון^דבורה", "\u00f9\u00f8\u00e5\u00ef^\u00e3\u00e1\u00e5\u00f8\u00e4" },
        { "ISO_IR 148", "LO", "Çağrı", "\u00c7a\u00f0r\u00fd" },
        { "ISO_IR 203", "LO", "Œ€", "\u00bc\u00a4" },
        { "ISO_IR 166", "LO", "กข", "\u00a1\u00a2" },
        { "ISO_IR 13", LongText, "ﾔﾏ¥‾", "ÔÏ\\~" },
        // code extensions of single-byte sets: resets at delimiters, at lines, and between values
        { @"ISO 2022 IR 100\ISO 2022 IR 144", "PN", "Ä^Д=Ä", "\u00c4^\u001b-L\u00b4=\u00c4" },
        { @"ISO 2022 IR 100\ISO 2022 IR 126", "LO", @"Δä\ä", "\u001b-F\u00c4\u001b-A\u00e4\\\u00e4" },
        { @"ISO 2022 IR 6\ISO 2022 IR 203", LongText, "€\n€", "\u001b-b\u00a4\n\u001b-b\u00a4" },
        { @"\ISO 2022 IR 87\ISO 2022 IR 159", "LO", "山丂", "\u001b$B;3\u001b$(D0!\u001b(B" },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void Text_is_decoded_and_encoded_as_the_standard_shows(string terms, string vr, string text, string bytes)
    {
        var set = SpecificCharacterSet.Parse(terms);
        var representation = ValueRepresentation.Of(vr);

        Assert.Equal(text, set.Decode(Encoding.Latin1.GetBytes(bytes), representation));
        Assert.True(set.TryEncode(text, representation, out var encoded, out _));
        Assert.Equal(bytes, Encoding.Latin1.GetString(encoded));
    }

    [Fact]
    public void Bytes_of_two_byte_characters_are_no_delimiters()
    {
        var japanese = SpecificCharacterSet.Parse(@"\ISO 2022 IR 87");
        var chinese = SpecificCharacterSet.Parse("GB18030");

        Assert.Equal("十湎樛", japanese.Decode("\u001b$B==^^\\\\\u001b(B"u8, ValueRepresentation.PersonName));
        Assert.Equal("乗", chinese.Decode([0x81, 0x5C], ValueRepresentation.LongString));
    }

    [Theory]
    [InlineData("ISO_IR 100", "王", "U+738B is not in the character set ISO_IR 100")]
    [InlineData("", "ä", "U+00E4 is not in the character set ISO_IR 6")]
    [InlineData("ISO_IR 100", "Š", "U+0160 is not in the character set ISO_IR 100")]
    [InlineData("GBK", "\U0001F600", "U+1F600 is not in the character set GBK")]
    [InlineData(@"\ISO 2022 IR 149", "ä", @"U+00E4 is not in the character set \ISO 2022 IR 149")]
    public void Text_that_the_set_cannot_represent_is_refused_with_the_character(string terms, string text, string reason)
    {
        Assert.False(SpecificCharacterSet.Parse(terms).TryEncode(text, ValueRepresentation.LongString, out var bytes, out var told));

        Assert.Null(bytes);
        Assert.Equal(reason, told);
    }

    [Fact]
    public void Only_text_in_the_character_set_is_encoded_in_it()
    {
        var set = SpecificCharacterSet.Parse("ISO_IR 192");

        Assert.False(set.TryEncode("ä", ValueRepresentation.CodeString, out _, out _));
        Assert.Equal("A\uFFFD\uFFFD", set.Decode("A\u00e4"u8, ValueRepresentation.CodeString));
    }

    [Theory]
    [InlineData("ISO IR 100")]
    [InlineData("ISO-IR-100")]
    [InlineData("iso_ir_100 ")]
    [InlineData("ISO2022 IR 100")]
    [InlineData("ISO 2022 IR 100")]
    public void Terms_are_read_as_devices_write_them(string term) =>
        Assert.Equal("ä", SpecificCharacterSet.Parse(term).Decode([0xE4], ValueRepresentation.LongString));

    [Fact]
    public void An_unknown_term_is_told_and_passed_over()
    {
        var set = SpecificCharacterSet.Parse("ISO_IR 999");

        Assert.Equal(["ISO_IR 999"], set.UnknownTerms);
        Assert.Equal("A", set.Decode("A"u8, ValueRepresentation.LongString));
    }

    [Theory]
    [InlineData("ISO_IR 6", "A\u00e4", "A\uFFFD")]
    [InlineData("ISO_IR 100", "\u0080", "\uFFFD")] // no graphic character
    [InlineData("ISO_IR 126", "\u00d2", "\uFFFD")] // not assigned
    [InlineData("ISO_IR 192", "\u00ff", "\uFFFD")]
    [InlineData("ISO_IR 100", "A\u001b?B", "A\uFFFD?B")] // an escape sequence that designates nothing
    [InlineData(@"\ISO 2022 IR 149", "\u001b$)C\u00c8", "\uFFFD")] // half a character
    [InlineData(@"\ISO 2022 IR 149", "\u00c8\u00ab", "홍")] // without its escape sequence, as some devices write it
    [InlineData(@"\ISO 2022 IR 87", "\u001b$B;", "\uFFFD")]
    public void Malformed_text_has_replacement_characters(string terms, string bytes, string text) =>
        Assert.Equal(text, SpecificCharacterSet.Parse(terms).Decode(Encoding.Latin1.GetBytes(bytes), ValueRepresentation.LongString));

    [Fact]
    public void Random_bytes_are_decoded_in_every_set()
    {
        var pieces = Gen.OneOf(Gen.Byte.Array[0, 6], Gen.OneOf("\u001b$B", "\u001b$)C", "\u001b(J", "^").Select(Encoding.ASCII.GetBytes));
        var terms = Gen.OneOf(Examples.Select(row => row.Data.Item1).ToArray());
        Gen.Select(terms, pieces.Array[0, 12], Gen.OneOf("PN", LongText, "LO", "CS")).Sample(
            (names, bytes, vr) =>
            {
                var value = bytes.SelectMany(piece => piece).ToArray();
                var text = SpecificCharacterSet.Parse(names).Decode(value, ValueRepresentation.Of(vr));
                Assert.InRange(text.Length, 0, value.Length);
            },
            iter: 10_000);
    }

    [Fact]
    public void What_was_encoded_is_decoded_to_the_same()
    {
        var characters = Gen.OneOf("aZ^=\\\r\n 山田ﾔ길张äДΔก€¥".Select(character => character.ToString()).ToArray());
        var terms = Gen.OneOf(Examples.Select(row => row.Data.Item1).ToArray());
        Gen.Select(terms, characters.Array[1, 12], Gen.OneOf("PN", LongText, "LO")).Sample(
            (names, text, vr) =>
            {
                var set = SpecificCharacterSet.Parse(names);
                var written = string.Concat(text).Trim(' ');
                if (set.TryEncode(written, ValueRepresentation.Of(vr), out var bytes, out _))
                    Assert.Equal(written, set.Decode(bytes, ValueRepresentation.Of(vr)));
            },
            iter: 20_000);
    }

    [Fact]
    public async Task Names_of_real_files_are_what_pydicom_reads()
    {
        Assert.SkipUnless(Pydicom.IsInstalled, Pydicom.Missing);
        var printed = await Pydicom.RunAsync(
            "import json, sys, pydicom; print(json.dumps([str(pydicom.dcmread(f, force=True).get('PatientName')) for f in sys.argv[1:]]))",
            [.. Pydicom.CharacterSetFiles]);
        var expected = JsonDocument.Parse(printed).RootElement.EnumerateArray().Select(name => name.GetString()!).ToArray();

        Assert.Equal(expected, Pydicom.CharacterSetFiles.Select(path => PatientName(path).TrimEnd('='))); // it drops empty components
    }

    private static string PatientName(string path)
    {
        using var file = File.OpenRead(path);
        var header = Part10Header.Read(file);
        var name = new Tag(0x0010, 0x0010);
        var summary = DataSetReader.Read(
            file, header.Meta.TransferSyntax, DataSetLimits.Default, new HashSet<Tag> { name }, CancellationToken.None);
        return summary.Text(name) ?? "None";
    }
}
