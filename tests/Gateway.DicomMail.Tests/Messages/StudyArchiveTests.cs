using System.Diagnostics;
using System.IO.Compression;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Phantoms;
using Gateway.DicomMail.Messages;
using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using MimeKit;
using Xunit;

namespace Gateway.DicomMail.Tests.Messages;

/// <summary>A message to a partner that wants ZIP files is one that unzip, DCMTK, dicom3tools and pydicom read, and that comes out again as the objects that went in.</summary>
public sealed class StudyArchiveTests : IDisposable
{
    private const string ReadFileSet =
        """
        import sys
        from pydicom.fileset import FileSet
        files = FileSet(sys.argv[1])
        for instance in files:
            instance.load()
        print(len(files), len(files.find_values("PatientID")), len(files.find_values("StudyInstanceUID")), len(files.find_values("SeriesInstanceUID")))
        """;

    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow.AddMinutes(-1);
    private static readonly OwnKey Sender = OwnKey.Generate(KeyAlgorithm.Curve25519, "North <gateway@north.example>", Now, TimeSpan.FromDays(30));
    private static readonly OwnKey Recipient = OwnKey.Generate(KeyAlgorithm.Curve25519, "South <gateway@south.example>", Now, TimeSpan.FromDays(30));

    private readonly string folder = Directory.CreateTempSubdirectory("archive-").FullName;
    private readonly IReadOnlyList<byte[]> objects = [new CtPhantom(1).ToFile(), new CtPhantom(2).ToFile(), new CtPhantom(3).ToFile()];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_packed_comes_out_unchanged(bool binary)
    {
        var path = Pack(binary);
        var into = Directory.CreateDirectory(Path.Combine(folder, "unpacked")).FullName;

        var message = Unpacking.Unpack(path, MailLook.At(path, Cancellation), new KeyRing([Recipient], [Sender.Public]), into, UnpackLimits.Default, Cancellation);

        Assert.IsType<SignatureVerdict.Good>(message.Signature);
        Assert.Equal(new SetPart("a-set", 2, 3), message.Part);
        Assert.Equal(objects, message.Objects.Select(File.ReadAllBytes));
        Assert.Empty(message.Documents);
    }

    [Fact]
    public void The_part_is_named_as_the_profile_names_it()
    {
        var part = Part(Pack(binary: false));

        Assert.Equal("application/zip", part.ContentType.MimeType);
        Assert.Equal(("DICOM.ZIP", "DICOM.ZIP"), (part.ContentType.Parameters["id"], part.ContentType.Name));
        Assert.Equal((true, "DICOM.ZIP"), (part.ContentDisposition!.IsAttachment, part.ContentDisposition.FileName));
    }

    [Fact]
    public void It_is_a_file_set_with_a_directory_that_others_read()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/unzip") && File.Exists("/usr/bin/dcmdump") && File.Exists("/usr/bin/dciodvfy"), "unzip, dcmtk or dicom3tools is not installed");
        var zip = Path.Combine(folder, "DICOM.ZIP");
        using (var file = File.Create(zip))
            Part(Pack(binary: true)).Content!.DecodeTo(file, Cancellation);
        var set = Path.Combine(folder, "set");

        Assert.Contains("No errors detected", Run("unzip", "-t", zip), StringComparison.Ordinal);
        ZipFile.ExtractToDirectory(zip, set);
        Assert.All(Directory.GetFiles(Path.Combine(set, "DICOM")), path => Assert.Contains("(0008,0018) UI [2.25.", Run("dcmdump", path), StringComparison.Ordinal));
        Assert.Equal("3 1 3 3", RunPython(Path.Combine(set, "DICOMDIR")).Trim());
        var said = Run("dciodvfy", Path.Combine(set, "DICOMDIR"));
        Assert.Contains("BasicDirectory", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Error", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Random_pixels_take_no_more_of_the_wire_than_a_plan_counts_with(bool binary)
    {
        var pixels = new byte[525_000];
        var images = Enumerable.Range(1, 4).Select(seed =>
        {
            new Random(seed).NextBytes(pixels);
            var phantom = new CtPhantom(seed);
            return (byte[])[.. phantom.Meta.ToBytes(), .. new DataSetWriter().Identifier(Tag.SopInstanceUid, phantom.SopInstanceUid).Bytes(Tag.PixelData, "OW", pixels).ToBytes()];
        }).ToList();

        Assert.InRange(new FileInfo(Pack(binary, images)).Length, 1, (long)(SetPlan.WireRatio * images.Sum(image => (long)image.Length)));
    }

    private static string RunPython(string directory) => Run("/usr/bin/python3", "-c", ReadFileSet, directory);

    private static string Run(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(Cancellation);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{tool}: {output}{errors.Result}");
        return output + errors.Result;
    }

    // What is inside the encryption, as MimeKit reads it.
    private MimePart Part(string path)
    {
        using var content = MailLook.At(path, Cancellation).OpenContent(path);
        using var decrypted = DecryptingStream.Open(content, new KeyRing([Recipient], [Sender.Public]), new DecryptionLimits());
        var inner = MimeMessage.Load(decrypted, Cancellation);
        Assert.Equal("DICOM-ZIP", inner.Subject);
        return Assert.IsType<MimePart>(Assert.Single(Assert.IsAssignableFrom<Multipart>(inner.Body)), exactMatch: false);
    }

    private string Pack(bool binary, IReadOnlyList<byte[]>? others = null)
    {
        var partner = new Partner { Id = "south", Name = "South", Addresses = ["gateway@south.example"], Keys = [Recipient.Fingerprint], Binary = binary, Zip = true };
        var message = new OutgoingMessage(
            new SetPart("a-set", 2, 3), "id@north.example", "gateway@north.example", "gateway@south.example", IsUrgent: false,
            [.. (others ?? objects).Select((bytes, index) => new StudyObject($"{index}", bytes.Length, () => new MemoryStream(bytes)))], [], Now);
        var path = Path.Combine(folder, "message.eml");
        using var file = File.Create(path);
        StudyMessage.Write(message, partner, Sender, [Recipient.Public], file);
        return path;
    }
}
