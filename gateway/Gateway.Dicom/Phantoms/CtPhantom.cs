using System.Buffers.Binary;
using System.Globalization;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Registry;

namespace Gateway.Dicom.Phantoms;

/// <summary>
/// A small CT image that the product makes itself to prove that images arrive (PS3.3 section A.3): 128 x 128 pixels of 16 bits, a skull
/// with brain and ventricles, by arithmetic alone. The same seed makes the same bytes. It belongs to no patient.
/// </summary>
public sealed class CtPhantom
{
    private const ushort Side = 128;
    private const double PixelSpacing = 1.9; // mm
    private const int RescaleIntercept = -1024;

    private readonly long seed;

    /// <summary>Makes the phantom of a seed; other seeds make other UIDs and other noise.</summary>
    /// <param name="seed">The seed.</param>
    public CtPhantom(long seed)
    {
        this.seed = seed;
        StudyInstanceUid = Derive("study");
        SeriesInstanceUid = Derive("series");
        SopInstanceUid = Derive("instance");
    }

    /// <summary>Study Instance UID.</summary>
    public Uid StudyInstanceUid { get; }

    /// <summary>Series Instance UID.</summary>
    public Uid SeriesInstanceUid { get; }

    /// <summary>SOP Instance UID.</summary>
    public Uid SopInstanceUid { get; }

    /// <summary>What stands in the header of its file.</summary>
    public FileMetaInformation Meta => new(SopClasses.CtImageStorage, SopInstanceUid, TransferSyntax.ExplicitVrLittleEndian);

    /// <summary>The image as a DICOM file (PS3.10 section 7), explicit VR little endian.</summary>
    public byte[] ToFile() => [.. Meta.ToBytes(), .. ToDataSet()];

    /// <summary>The data set, explicit VR little endian.</summary>
    public byte[] ToDataSet() => new DataSetWriter()
        .Text(new Tag(0x0008, 0x0005), "CS", "ISO_IR 100")
        .Text(new Tag(0x0008, 0x0008), "CS", @"ORIGINAL\PRIMARY\AXIAL")
        .Identifier(Tag.SopClassUid, SopClasses.CtImageStorage)
        .Identifier(Tag.SopInstanceUid, SopInstanceUid)
        .Text(new Tag(0x0008, 0x0020), "DA", "20260101") // Study Date
        .Text(new Tag(0x0008, 0x0022), "DA", "20260101") // Acquisition Date
        .Text(new Tag(0x0008, 0x0023), "DA", "20260101") // Content Date
        .Text(new Tag(0x0008, 0x0030), "TM", "120000") // Study Time
        .Text(new Tag(0x0008, 0x0032), "TM", "120000") // Acquisition Time
        .Text(new Tag(0x0008, 0x0033), "TM", "120000") // Content Time
        .Text(new Tag(0x0008, 0x0050), "SH", "") // Accession Number
        .Text(new Tag(0x0008, 0x0060), "CS", "CT") // Modality
        .Text(new Tag(0x0008, 0x0070), "LO", "Gateway") // Manufacturer
        .Text(new Tag(0x0008, 0x0090), "PN", "") // Referring Physician's Name
        .Text(new Tag(0x0008, 0x1030), "LO", "Rehearsal") // Study Description
        .Text(new Tag(0x0010, 0x0010), "PN", "Rehearsal^Phantom") // Patient's Name
        .Text(new Tag(0x0010, 0x0020), "LO", "REHEARSAL") // Patient ID
        .Text(new Tag(0x0010, 0x0030), "DA", "") // Patient's Birth Date
        .Text(new Tag(0x0010, 0x0040), "CS", "O") // Patient's Sex
        .Text(new Tag(0x0018, 0x0015), "CS", "HEAD") // Body Part Examined
        .Text(new Tag(0x0018, 0x0050), "DS", "5") // Slice Thickness, mm
        .Text(new Tag(0x0018, 0x0060), "DS", "120") // KVP
        .Text(new Tag(0x0018, 0x5100), "CS", "HFS") // Patient Position
        .Identifier(Tag.StudyInstanceUid, StudyInstanceUid)
        .Identifier(Tag.SeriesInstanceUid, SeriesInstanceUid)
        .Text(new Tag(0x0020, 0x0010), "SH", "1") // Study ID
        .Text(new Tag(0x0020, 0x0011), "IS", "1") // Series Number
        .Text(new Tag(0x0020, 0x0012), "IS", "1") // Acquisition Number
        .Text(new Tag(0x0020, 0x0013), "IS", "1") // Instance Number
        .Text(new Tag(0x0020, 0x0032), "DS", @"-120.65\-120.65\0") // Image Position (Patient), mm
        .Text(new Tag(0x0020, 0x0037), "DS", @"1\0\0\0\1\0") // Image Orientation (Patient)
        .Identifier(new Tag(0x0020, 0x0052), Derive("frame of reference"))
        .Text(new Tag(0x0020, 0x1040), "LO", "") // Position Reference Indicator
        .UInt16(new Tag(0x0028, 0x0002), 1) // Samples per Pixel
        .Text(new Tag(0x0028, 0x0004), "CS", "MONOCHROME2")
        .UInt16(new Tag(0x0028, 0x0010), Side) // Rows
        .UInt16(new Tag(0x0028, 0x0011), Side) // Columns
        .Text(new Tag(0x0028, 0x0030), "DS", string.Create(CultureInfo.InvariantCulture, $@"{PixelSpacing}\{PixelSpacing}"))
        .UInt16(new Tag(0x0028, 0x0100), 16) // Bits Allocated
        .UInt16(new Tag(0x0028, 0x0101), 12) // Bits Stored
        .UInt16(new Tag(0x0028, 0x0102), 11) // High Bit
        .UInt16(new Tag(0x0028, 0x0103), 0) // Pixel Representation: unsigned
        .Text(new Tag(0x0028, 0x1050), "DS", "40") // Window Center
        .Text(new Tag(0x0028, 0x1051), "DS", "80") // Window Width
        .Text(new Tag(0x0028, 0x1052), "DS", RescaleIntercept.ToString(CultureInfo.InvariantCulture))
        .Text(new Tag(0x0028, 0x1053), "DS", "1") // Rescale Slope
        .Text(new Tag(0x0028, 0x1054), "LO", "HU") // Rescale Type
        .Bytes(Tag.PixelData, "OW", Pixels())
        .ToBytes();

    private byte[] Pixels()
    {
        var pixels = new byte[Side * Side * 2];
        var noise = (uint)seed ^ 0x9E3779B9;
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                noise = (noise * 1664525) + 1013904223; // a linear congruential generator: grain, nothing more
                var grain = (int)(noise >> 28) - 8;
                var value = Math.Clamp(Hounsfield(x, y) + grain - RescaleIntercept, 0, 4095);
                BinaryPrimitives.WriteUInt16LittleEndian(pixels.AsSpan(2 * ((y * Side) + x)), (ushort)value);
            }
        }

        return pixels;
    }

    private static int Hounsfield(int x, int y)
    {
        if (!Inside(x, y, 64, 64, 46, 56))
            return -1000; // air
        if (!Inside(x, y, 64, 64, 42, 52))
            return 900; // bone
        if (Inside(x, y, 56, 60, 4, 14) || Inside(x, y, 72, 60, 4, 14))
            return 5; // cerebrospinal fluid
        return 36; // brain
    }

    private static bool Inside(int x, int y, int centreX, int centreY, int radiusX, int radiusY)
    {
        var (dx, dy) = (x - centreX, y - centreY);
        return (dx * dx * radiusY * radiusY) + (dy * dy * radiusX * radiusX) < radiusX * radiusX * radiusY * radiusY;
    }

    private Uid Derive(string what) => Uid.OfName(string.Create(CultureInfo.InvariantCulture, $"rehearsal phantom/{seed}/{what}"));
}
