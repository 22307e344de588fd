using Gateway.Dicom.Part10;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Identifiers;
using Gateway.Service.Indexing;
using Gateway.Service.Spooling;
using Xunit;

namespace Gateway.Service.Tests.Spooling;

public sealed class SpoolTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("spool-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_object_lies_under_the_hashes_of_its_uid_and_its_bytes()
    {
        var phantom = new CtPhantom(1);
        using var spool = Spool.Open(folder, out _);

        using var received = Receive(spool, phantom.Meta, phantom.ToDataSet());
        Assert.Equal(Placement.New, spool.Place(received));

        var file = Assert.Single(Directory.GetFiles(folder, "*.dicom", SearchOption.AllDirectories));
        Assert.Matches("/([0-9a-f]{2})/\\1[0-9a-f]{30}-[0-9a-f]{16}\\.dicom$", file.Replace('\\', '/'));
        Assert.Equal(phantom.ToFile()[FileMetaInformation.PreambleLength..], (await File.ReadAllBytesAsync(file, Cancellation))[FileMetaInformation.PreambleLength..]);
        Assert.True(Seal.Holds(file));
        Assert.Equal(received.Name, StoredObject.Read(file).Name);
    }

    [Fact]
    public void A_uid_that_is_a_path_leads_nowhere()
    {
        var phantom = new CtPhantom(1);
        using var spool = Spool.Open(folder, out _);

        using var received = Receive(spool, phantom.Meta with { SopInstance = Uid.Parse("../../../escaped") }, phantom.ToDataSet());
        spool.Place(received);

        Assert.StartsWith(Path.GetFullPath(folder), Path.GetFullPath(spool.PathOf(received.Name)));
        Assert.Single(spool.Names(received.Name.Subfolder));
    }

    [Fact]
    public void The_same_bytes_are_a_duplicate_and_other_bytes_stand_beside()
    {
        var phantom = new CtPhantom(1);
        using var spool = Spool.Open(folder, out _);
        using var first = Receive(spool, phantom.Meta, phantom.ToDataSet());
        using var again = Receive(spool, phantom.Meta, phantom.ToDataSet());
        using var changed = Receive(spool, phantom.Meta, [.. phantom.ToDataSet(), 0, 0]);

        Assert.Equal([Placement.New, Placement.Duplicate, Placement.New], [spool.Place(first), spool.Place(again), spool.Place(changed)]);
        Assert.Equal(2, spool.Names(first.Name.Subfolder).Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_damaged_object_is_never_taken_for_the_one_that_arrives_again(bool emptied)
    {
        var phantom = new CtPhantom(1);
        using var spool = Spool.Open(folder, out _);
        using var first = Receive(spool, phantom.Meta, phantom.ToDataSet());
        spool.Place(first);
        var path = spool.PathOf(first.Name);
        var damaged = await File.ReadAllBytesAsync(path, Cancellation);
        damaged[^1] ^= 1;
        if (emptied)
            damaged = [];
        await File.WriteAllBytesAsync(path, damaged, Cancellation);

        using var again = Receive(spool, phantom.Meta, phantom.ToDataSet());

        Assert.Throws<DamagedObjectException>(() => spool.Place(again));
        Assert.Equal(damaged, await File.ReadAllBytesAsync(path, Cancellation));
    }

    [Fact]
    public async Task What_is_not_placed_is_gone_when_it_is_disposed_and_what_a_crash_leaves_is_gone_at_the_next_start()
    {
        var phantom = new CtPhantom(1);
        using var spool = Spool.Open(folder, out var leftovers);
        Assert.Equal(0, leftovers);

        Receive(spool, phantom.Meta, phantom.ToDataSet()).Dispose();
        Assert.Empty(Unfinished());

        await File.WriteAllTextAsync(Path.Combine(folder, "incoming", "left.part"), "half an image", Cancellation);
        Spool.Open(folder, out leftovers).Dispose();
        Assert.Equal(1, leftovers);
        Assert.Empty(Unfinished());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    [InlineData(-30_000, false)]
    [InlineData(5, false)]
    public void What_was_sealed_and_not_yet_put_into_place_is_put_there_by_the_next_start_if_it_is_whole(int more, bool isKept)
    {
        var phantom = new CtPhantom(1);
        SpoolName name;
        using (var spool = Spool.Open(folder, out _))
        {
            var received = Receive(spool, phantom.Meta, phantom.ToDataSet());
            name = received.Name;
            var path = received.Finish(); // what a loss of power leaves
            using var file = File.OpenWrite(path);
            file.SetLength(file.Length + more);
        }

        using var next = Spool.Open(folder, out var leftovers);

        Assert.Equal(isKept ? 0 : 1, leftovers);
        Assert.Equal(isKept, File.Exists(next.PathOf(name)));
        Assert.Empty(Unfinished());
    }

    [Fact]
    public async Task Many_that_place_the_same_object_at_once_place_it_once()
    {
        var phantom = new CtPhantom(1);
        using var spool = Spool.Open(folder, out _);

        var placements = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() =>
        {
            using var received = Receive(spool, phantom.Meta, phantom.ToDataSet());
            return spool.Place(received);
        })));

        Assert.Single(placements, Placement.New);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // Empty ones wait for what comes next.
    private IEnumerable<string> Unfinished() => Directory.GetFiles(Path.Combine(folder, "incoming")).Where(file => new FileInfo(file).Length > 0);

    private static IncomingObject Receive(Spool spool, FileMetaInformation meta, byte[] dataSet)
    {
        var received = spool.Begin(meta);
        foreach (var fragment in dataSet.Chunk(1000))
            received.Append(fragment);
        received.Check(ImageAttributes.Wanted, TestContext.Current.CancellationToken);
        received.Settle();
        return received;
    }
}
