using System.Text;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Documents;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Tests.Peers;
using Xunit;

namespace Gateway.Dicom.Tests.Documents;

/// <summary>An Encapsulated PDF is one to dicom3tools, holds the PDF to the last byte for DCMTK, and says of the patient what the image says.</summary>
public sealed class EncapsulatedPdfTests : IDisposable
{
    private static readonly Tag DocumentTitle = new(0x0042, 0x0010);

    private readonly string path = Path.GetTempFileName();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(path);

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    public async Task Others_read_it_and_give_the_PDF_back(int bytes)
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("dciodvfy", "dcm2pdf"), "dcmtk or dicom3tools is not installed");
        var pdf = new byte[bytes];
        new Random(bytes).NextBytes(pdf);
        "%PDF-"u8.CopyTo(pdf);
        "%%EOF\n"u8.CopyTo(pdf.AsSpan(bytes - 6)); // behind any other end dcm2pdf takes a byte for padding
        Write(pdf, Phantom(), "Report");

        var (code, said) = await Dcmtk.RunAsync("dciodvfy", [path], Cancellation);
        Assert.True(code == 0 && said.Contains("EncapsulatedPDF", StringComparison.Ordinal) && !said.Contains("Error", StringComparison.Ordinal), said);
        (code, said) = await Dcmtk.RunAsync("dcm2pdf", [path, path + ".pdf"], Cancellation);
        Assert.True(code == 0, said);
        Assert.Equal(pdf, await File.ReadAllBytesAsync(path + ".pdf", Cancellation));
        File.Delete(path + ".pdf");
    }

    [Theory]
    [InlineData("Befund Müller.pdf", "Befund Müller.pdf")]
    [InlineData("Отчёт 1.pdf", "_____ 1.pdf")]
    [InlineData("a\r\nb", "ab")]
    public void A_title_is_written_in_the_character_set_of_the_patients_name(string title, string written)
    {
        Write("%PDF-"u8.ToArray(), Phantom(), title);

        using var file = DicomFile.Open(path, DataSetLimits.Default, Cancellation);
        Assert.Equal(written, file.DataSet.Text(DocumentTitle));
        Assert.Equal("Rehearsal^Phantom", file.DataSet.Text(new Tag(0x0010, 0x0010)));
        Assert.Equal("ISO_IR 100", file.DataSet.CharacterSet.ToString());
    }

    [Fact]
    public void The_bytes_of_a_name_stay_as_they_are_and_what_the_image_lacks_is_empty()
    {
        var name = Encoding.Latin1.GetBytes("M\u00FCller^\u00C4");
        Write("%PDF-"u8.ToArray(), new DataSet([DataElement.OfText(new Tag(0x0010, 0x0010), ValueRepresentation.PersonName, name)]), "");

        using var file = DicomFile.Open(path, DataSetLimits.Default, Cancellation);
        Assert.Equal(name, ((BytesValue)file.DataSet.Find(new Tag(0x0010, 0x0010))!.Value).ToMemory().ToArray());
        Assert.Equal(0, ((BytesValue)file.DataSet.Find(new Tag(0x0010, 0x0020))!.Value).Length);
        Assert.Null(file.DataSet.Find(Tag.SpecificCharacterSet));
    }

    private static DataSet Phantom() => DataSetReader.Load(new MemoryStream(new CtPhantom(1).ToDataSet()), TransferSyntax.ExplicitVrLittleEndian, DataSetLimits.Default, Cancellation);

    private void Write(byte[] pdf, DataSet image, string title)
    {
        using var output = File.Create(path);
        new EncapsulatedPdf(Uid.OfName("series"), Uid.OfName("instance"), title).Write(new MemoryStream(pdf), image, output, Cancellation);
    }
}
