using System.Buffers.Binary;
using System.Globalization;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Registry;

namespace Gateway.Bench;

/// <summary>A CT study of images as large as a scanner's: 512 x 512 pixels of 16 bits, about 525 kB each. Every study has UIDs of its own, so that no receiver has seen it.</summary>
internal static class CtStudy
{
    private const int Side = 512;
    private const string Root = "1.2.826.0.1.3680043.10.9999.";

    private static long next = DateTimeOffset.UtcNow.ToUnixTimeSeconds() * 1000;

    /// <summary>Writes a study into folders, as evenly as it goes.</summary>
    /// <param name="folders">The folders, which are made anew.</param>
    /// <param name="images">How many images.</param>
    /// <returns>The number of the study, and its bytes.</returns>
    public static (long Study, long Bytes) Write(IReadOnlyList<string> folders, int images)
    {
        foreach (var folder in folders)
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            Directory.CreateDirectory(folder);
        }

        var study = Interlocked.Increment(ref next);
        var pixels = Pixels(study);
        var bytes = 0L;
        for (var image = 1; image <= images; image++)
        {
            var path = Path.Combine(folders[image % folders.Count], string.Create(CultureInfo.InvariantCulture, $"IM{image:D5}"));
            File.WriteAllBytes(path, ImageOf(study, image, pixels));
            bytes += new FileInfo(path).Length;
        }

        return (study, bytes);
    }

    /// <summary>Writes one object of many frames, in a folder that is made anew.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="frames">How many frames of 512 x 512 pixels of 16 bits.</param>
    /// <returns>The length of the file in bytes.</returns>
    public static long WriteFrames(string folder, int frames)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        var study = Interlocked.Increment(ref next);
        var pixels = Pixels(study);
        var start = ImageOf(study, 1, pixels).AsSpan(..^pixels.Length).ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(start.AsSpan(^sizeof(uint)..), (uint)(frames * (long)pixels.Length));
        using var file = File.Create(Path.Combine(folder, "IM00001"));
        file.Write(start);
        for (var frame = 0; frame < frames; frame++)
            file.Write(pixels);
        return file.Length;
    }

    /// <summary>What the UIDs of a study's instances begin with.</summary>
    /// <param name="study">The number of the study.</param>
    public static string InstanceRootOf(long study) => $"{Root}3.{study}";

    private static byte[] ImageOf(long study, int image, byte[] pixels)
    {
        var instance = Uid.Parse($"{InstanceRootOf(study)}.{image}");
        var meta = new FileMetaInformation(SopClasses.CtImageStorage, instance, TransferSyntax.ExplicitVrLittleEndian);
        var dataSet = new DataSetWriter()
            .Text(new Tag(0x0008, 0x0005), "CS", "ISO_IR 192")
            .Text(new Tag(0x0008, 0x0008), "CS", @"ORIGINAL\PRIMARY\AXIAL")
            .Identifier(Tag.SopClassUid, SopClasses.CtImageStorage)
            .Identifier(Tag.SopInstanceUid, instance)
            .Text(new Tag(0x0008, 0x0020), "DA", "20260101")
            .Text(new Tag(0x0008, 0x0030), "TM", "101010")
            .Text(new Tag(0x0008, 0x0050), "SH", $"A{study % 1_000_000_000}")
            .Text(new Tag(0x0008, 0x0060), "CS", "CT")
            .Text(new Tag(0x0008, 0x1030), "LO", "Bench CT")
            .Text(new Tag(0x0008, 0x103E), "LO", "Head 0.75")
            .Text(new Tag(0x0010, 0x0010), "PN", "Bench^Phantom")
            .Text(new Tag(0x0010, 0x0020), "LO", $"BENCH-{study % 1_000_000_000}")
            .Text(new Tag(0x0018, 0x0015), "CS", "HEAD")
            .Text(new Tag(0x0018, 0x0050), "DS", "0.75")
            .Identifier(Tag.StudyInstanceUid, Uid.Parse($"{Root}1.{study}"))
            .Identifier(Tag.SeriesInstanceUid, Uid.Parse($"{Root}2.{study}"))
            .Text(new Tag(0x0020, 0x0010), "SH", "1")
            .Text(new Tag(0x0020, 0x0011), "IS", "1")
            .Text(new Tag(0x0020, 0x0013), "IS", image.ToString(CultureInfo.InvariantCulture))
            .UInt16(new Tag(0x0028, 0x0002), 1)
            .Text(new Tag(0x0028, 0x0004), "CS", "MONOCHROME2")
            .UInt16(new Tag(0x0028, 0x0010), Side)
            .UInt16(new Tag(0x0028, 0x0011), Side)
            .UInt16(new Tag(0x0028, 0x0100), 16)
            .UInt16(new Tag(0x0028, 0x0101), 12)
            .UInt16(new Tag(0x0028, 0x0102), 11)
            .UInt16(new Tag(0x0028, 0x0103), 0)
            .Bytes(new Tag(0x7FE0, 0x0010), "OW", pixels);
        return [.. meta.ToBytes(), .. dataSet.ToBytes()];
    }

    // A skull with noise: nothing that a disk or a network would compress away.
    private static byte[] Pixels(long seed)
    {
        var random = new Random((int)seed);
        var pixels = new byte[Side * Side * 2];
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var radius = Math.Sqrt(((x - 256.0) * (x - 256)) + ((y - 256.0) * (y - 256)));
                var value = (radius is > 180 and < 200 ? 1900 : radius <= 180 ? 1060 : 24) + random.Next(-8, 9);
                (pixels[2 * ((y * Side) + x)], pixels[(2 * ((y * Side) + x)) + 1]) = ((byte)value, (byte)(value >> 8));
            }
        }

        return pixels;
    }
}
