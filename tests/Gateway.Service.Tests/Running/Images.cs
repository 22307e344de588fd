using System.Text;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Registry;

namespace Gateway.Service.Tests.Running;

/// <summary>A small image whose header says what a test wants it to say.</summary>
public sealed record Image(string Number)
{
    public string Study { get; init; } = "1.2.3";

    public string Series { get; init; } = "1.2.3.1";

    public string Modality { get; init; } = "CT";

    public string Description { get; init; } = "";

    public string PatientName { get; init; } = "";

    public string PatientId { get; init; } = "";

    public string BodyPart { get; init; } = "";

    public string Urgency { get; init; } = "";

    public string StudyDate { get; init; } = "20260101";

    /// <summary>How many bytes the pixels have.</summary>
    public int PixelBytes { get; init; } = 1000;

    public TransferSyntax Syntax { get; init; } = TransferSyntax.ExplicitVrLittleEndian;

    public Uid SopInstanceUid => Uid.Parse($"{Series}.{Number}");

    public FileMetaInformation Meta => new(SopClasses.CtImageStorage, SopInstanceUid, Syntax);

    public byte[] ToFile() => [.. Meta.ToBytes(), .. ToDataSet()];

    public byte[] ToDataSet()
    {
        var target = new DataSetWriter().Text(Tag.SpecificCharacterSet, "CS", "ISO_IR 192");
        target.Identifier(Tag.SopClassUid, SopClasses.CtImageStorage).Identifier(Tag.SopInstanceUid, SopInstanceUid);
        Utf8(0x0008, 0x0020, "DA", StudyDate);
        Utf8(0x0008, 0x0060, "CS", Modality);
        Utf8(0x0008, 0x1030, "LO", Description);
        Utf8(0x0010, 0x0010, "PN", PatientName);
        Utf8(0x0010, 0x0020, "LO", PatientId);
        Utf8(0x0018, 0x0015, "CS", BodyPart);
        target.Identifier(Tag.StudyInstanceUid, Uid.Parse(Study)).Identifier(Tag.SeriesInstanceUid, Uid.Parse(Series));
        Utf8(0x0040, 0x1003, "SH", Urgency);
        var pixels = new byte[PixelBytes];
        new Random(Number.Length + int.Parse(Number)).NextBytes(pixels);
        return target.Bytes(Tag.PixelData, "OW", pixels).ToBytes();

        void Utf8(ushort group, ushort element, string vr, string value)
        {
            var bytes = Encoding.UTF8.GetBytes(value);
            target.Bytes(new Tag(group, element), vr, bytes.Length % 2 == 0 ? bytes : [.. bytes, (byte)' ']);
        }
    }
}
