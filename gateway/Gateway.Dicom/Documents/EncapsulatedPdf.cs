using System.Text;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Dictionary;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Text;

namespace Gateway.Dicom.Documents;

/// <summary>
/// Makes an Encapsulated PDF (PS3.3 section A.45.1) of a PDF and an image of the study that it belongs to: whose it is, and what study, the
/// image says, byte for byte and in its character set. The same PDF makes the same object; when it was written nobody here knows, so that its dates stay empty.
/// </summary>
/// <param name="Series">Its Series Instance UID: a series of its own.</param>
/// <param name="Instance">Its SOP Instance UID.</param>
/// <param name="Title">Its Document Title (0042,0010); empty where it has none.</param>
public sealed record EncapsulatedPdf(Uid Series, Uid Instance, string Title)
{
    private const int LongestTitle = 256; // characters, which are 1024 bytes at most (ST, PS3.5 section 6.2)

    private static readonly Tag DocumentTitle = new(0x0042, 0x0010);

    // Patient, General Study and what tells a study from another (PS3.3 sections C.7.1.1, C.7.2.1), of type 1 or 2: there, or there and empty.
    private static readonly Tag[] Taken =
    [
        new(0x0008, 0x0020), new(0x0008, 0x0030), new(0x0008, 0x0050), new(0x0008, 0x0090), new(0x0010, 0x0010), new(0x0010, 0x0020), new(0x0010, 0x0030), new(0x0010, 0x0040),
        Tag.StudyInstanceUid, new(0x0020, 0x0010),
    ];

    // Of type 3: as far as the image has them. Without the issuer a patient id may be another's.
    private static readonly Tag[] TakenWhereThere = [Tag.SpecificCharacterSet, new(0x0008, 0x1030), new(0x0010, 0x0021)];

    // Of type 2, and known to nobody here.
    private static readonly Tag[] Empty = [new(0x0008, 0x0023), new(0x0008, 0x002A), new(0x0008, 0x0033), new(0x0008, 0x0070)];

    /// <summary>What stands in the header of its file.</summary>
    public FileMetaInformation Meta => new(SopClasses.EncapsulatedPdfStorage, Instance, TransferSyntax.ExplicitVrLittleEndian);

    /// <summary>Writes it as a DICOM file, in explicit VR little endian.</summary>
    /// <param name="pdf">The PDF: a stream that can be positioned. It passes in blocks.</param>
    /// <param name="image">An image of the study.</param>
    /// <param name="output">Is given the whole file; left open.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <exception cref="ArgumentException">The PDF is longer than a value may be (PS3.5 section 7.1.1), 4 GiB.</exception>
    /// <exception cref="IOException">A stream fails.</exception>
    public void Write(Stream pdf, DataSet image, Stream output, CancellationToken cancellation)
    {
        if (pdf.Length >= uint.MaxValue)
            throw new ArgumentException($"A value cannot have {pdf.Length} bytes.", nameof(pdf));
        DicomFile.Write(output, Meta, new DataSet(ElementsOf(pdf, image)), GroupLengths.Drop, cancellation);
    }

    private IEnumerable<DataElement> ElementsOf(Stream pdf, DataSet image) =>
    [
        .. TakenWhereThere.Where(tag => image.Find(tag) is not null).Concat(Taken).Select(tag => ValueOf(image, tag)),
        .. Empty.Select(tag => Bytes(tag, [])),
        DataElement.OfIdentifier(Tag.SopClassUid, SopClasses.EncapsulatedPdfStorage),
        DataElement.OfIdentifier(Tag.SopInstanceUid, Instance),
        Ascii(new Tag(0x0008, 0x0060), "DOC"), // Modality
        Ascii(new Tag(0x0008, 0x0064), "WSD"), // Conversion Type: workstation
        DataElement.OfIdentifier(Tag.SeriesInstanceUid, Series),
        Ascii(new Tag(0x0020, 0x0011), "1"), // Series Number
        Ascii(new Tag(0x0020, 0x0013), "1"), // Instance Number
        Ascii(new Tag(0x0028, 0x0301), "YES"), // Burned In Annotation: whom it is about stands in it
        DataElement.OfItems(new Tag(0x0040, 0xA043), []), // Concept Name Code Sequence: what kind of document it is nobody says
        Bytes(DocumentTitle, TitleIn(image.CharacterSet)),
        new DataElement(new Tag(0x0042, 0x0011), ValueRepresentation.Of("OB"), new BytesValue(new StreamSource(pdf, 0), 0, pdf.Length, isBigEndian: false)),
        Ascii(new Tag(0x0042, 0x0012), "application/pdf"),
        new DataElement(new Tag(0x0042, 0x0015), ValueRepresentation.Of("UL"), new BytesValue(BitConverter.GetBytes((uint)pdf.Length), !BitConverter.IsLittleEndian)),
    ];

    private static DataElement ValueOf(DataSet image, Tag tag) =>
        image.Find(tag)?.Value is BytesValue { IsLoaded: true } value ? Bytes(tag, value.ToMemory().Span) : Bytes(tag, []);

    private static DataElement Bytes(Tag tag, ReadOnlySpan<byte> value) => DataElement.OfText(tag, DataDictionary.RepresentationOf(tag), value);

    private static DataElement Ascii(Tag tag, string text) => Bytes(tag, Encoding.ASCII.GetBytes(text));

    // Letters that the image's character set lacks are left out: a title is no reason to change the set of the patient's name.
    private byte[] TitleIn(SpecificCharacterSet set)
    {
        var vr = DataDictionary.RepresentationOf(DocumentTitle);
        var title = string.Concat(Title.Where(character => !char.IsControl(character)).Take(LongestTitle)).Trim();
        return Encoded(title) ?? Encoded(string.Concat(title.Select(character => char.IsAscii(character) ? character : '_')))!;

        byte[]? Encoded(string text) => set.TryEncode(text, vr, out var encoded, out _) ? encoded : null;
    }
}
