using System.Text;
using Gateway.DicomMail.Messages;
using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Xunit;

namespace Gateway.DicomMail.Tests.Messages;

/// <summary>What is packed comes out again, takes no more of the wire than was promised, and says nothing of a patient outside.</summary>
public sealed class StudyMessageTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow.AddMinutes(-1);
    private static readonly OwnKey Sender = OwnKey.Generate(KeyAlgorithm.Curve25519, "North <gateway@north.example>", Now, TimeSpan.FromDays(30));
    private static readonly OwnKey Recipient = OwnKey.Generate(KeyAlgorithm.Curve25519, "South <gateway@south.example>", Now, TimeSpan.FromDays(30));

    private readonly string folder = Directory.CreateTempSubdirectory("message-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Random_bytes_take_no_more_of_the_wire_than_a_plan_counts_with_and_come_out_unchanged(bool binary)
    {
        var objects = Enumerable.Range(1, 4).Select(seed => DicomLike(seed, 525_000, random: true)).ToList();

        var path = Pack(objects, binary);

        Assert.InRange(new FileInfo(path).Length, 1, (long)(SetPlan.WireRatio * objects.Sum(one => (long)one.Length)));
        Assert.Equal(objects, Unpack(path).Objects.Select(File.ReadAllBytes));
    }

    [Fact]
    public void Pixels_that_repeat_take_far_less()
    {
        var objects = Enumerable.Range(1, 4).Select(seed => DicomLike(seed, 525_000, random: false)).ToList();

        Assert.InRange(new FileInfo(Pack(objects, binary: false)).Length, 1, objects.Sum(one => (long)one.Length) / 2);
    }

    [Fact]
    public void The_set_the_sender_and_the_urgency_stand_under_the_signature()
    {
        var message = Unpack(Pack([DicomLike(1, 10_000, random: true)], binary: false));

        Assert.Equal(Sender.Fingerprint, Assert.IsType<SignatureVerdict.Good>(message.Signature).Signer);
        Assert.Equal(new SetPart("a-set", 2, 3), message.Part);
        Assert.Equal("id@north.example", message.MessageId);
        Assert.Equal("gateway@south.example", message.To);
        Assert.True(message.IsUrgent);
    }

    [Fact]
    public void Lines_that_a_relay_changed_to_bare_line_feeds_are_read()
    {
        var one = DicomLike(1, 50_000, random: true);
        var path = Pack([one], binary: false);
        File.WriteAllText(path, File.ReadAllText(path, Encoding.ASCII).Replace("\r\n", "\n", StringComparison.Ordinal), Encoding.ASCII);

        Assert.Equal([one], Unpack(path).Objects.Select(File.ReadAllBytes));
    }

    [Fact]
    public void Fragments_that_are_joined_are_the_message_again()
    {
        var one = DicomLike(1, 400_000, random: true);
        var path = Pack([one], binary: false);
        var cuts = Fragments.Cut(path, 100_000);
        var pieces = cuts.Select((cut, index) =>
        {
            var piece = Path.Combine(folder, $"piece{index}.eml");
            using (var file = File.Create(piece))
                Fragments.Write(path, cut, new FragmentOf("one-id", index + 1, cuts.Count), Message([one]), file);
            Assert.InRange(new FileInfo(piece).Length, 1, 100_000);
            return (piece, MailLook.At(piece, Cancellation));
        }).ToList();
        Assert.All(pieces, piece => Assert.Equal(MailKind.Fragment, piece.Item2.Kind));
        var joined = Path.Combine(folder, "joined.eml");
        using (var file = File.Create(joined))
            Fragments.Join(pieces, file);

        Assert.Equal([one], Unpack(joined).Objects.Select(File.ReadAllBytes));
    }

    private static OutgoingMessage Message(IReadOnlyList<byte[]> objects) => new(
        new SetPart("a-set", 2, 3), "id@north.example", "gateway@north.example", "gateway@south.example", IsUrgent: true,
        [.. objects.Select((bytes, index) => new StudyObject($"{index}", bytes.Length, () => new MemoryStream(bytes)))], [], Now);

    private string Pack(IReadOnlyList<byte[]> objects, bool binary)
    {
        var partner = new Partner { Id = "south", Name = "South", Addresses = ["gateway@south.example"], Keys = [Recipient.Fingerprint], Binary = binary };
        var path = Path.Combine(folder, "message.eml");
        using var file = File.Create(path);
        StudyMessage.Write(Message(objects), partner, Sender, [Recipient.Public], file);
        return path;
    }

    private UnpackedMessage Unpack(string path)
    {
        var into = Directory.CreateDirectory(Path.Combine(folder, Guid.NewGuid().ToString("N"))).FullName;
        return Unpacking.Unpack(path, MailLook.At(path, Cancellation), new KeyRing([Recipient], [Sender.Public]), into, UnpackLimits.Default, Cancellation);
    }

    // A preamble and the prefix, and then anything.
    private static byte[] DicomLike(int seed, int length, bool random)
    {
        var bytes = new byte[length];
        if (random)
            new Random(seed).NextBytes(bytes);
        bytes.AsSpan(0, 128).Clear();
        "DICM"u8.CopyTo(bytes.AsSpan(128));
        return bytes;
    }
}
