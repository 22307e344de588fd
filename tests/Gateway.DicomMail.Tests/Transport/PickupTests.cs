using Gateway.DicomMail.Transport;
using Gateway.DicomMail.Transport.Pickup;
using Xunit;

namespace Gateway.DicomMail.Tests.Transport;

/// <summary>The pickup directory: a mail lies in it whole or not at all, and what it is called says nothing.</summary>
public sealed class PickupTests : IDisposable
{
    private static readonly Envelope ToB = new("gw@site-a.test", "GW@site-b.test");
    private readonly Mails mails = new();
    private readonly List<string> flushed = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Folder => Directory.CreateDirectory(Path.Combine(mails.Folder, "pickup")).FullName;

    private PickupRelay Relay => new(Folder, flushed.Add, TimeProvider.System);

    public void Dispose() => mails.Dispose();

    [Fact]
    public async Task What_is_handed_over_is_fetched_as_it_is_and_in_order_and_then_gone()
    {
        string[] sent = [mails.Small("1"), mails.OfSize(300_000), mails.Small("3")];
        foreach (var file in sent)
            Assert.IsType<RelayAnswer.Accepted>(await Relay.SendAsync(ToB, file, Cancel));
        Assert.Equal([Folder, .. Enumerable.Repeat(Path.Combine(Folder, "gw@site-b.test"), 3)], flushed);
        var mailbox = new PickupMailbox(Folder, "gw@site-b.test");
        var kept = new List<byte[]>();
        var ids = new List<string>();
        Assert.Equal(3, await mailbox.PollAsync(
            async (mail, cancel) =>
            {
                using var content = new MemoryStream();
                await mail.CopyToAsync(content, cancel);
                Assert.Equal(mail.Bytes, content.Length);
                kept.Add(content.ToArray());
                ids.Add(mail.Id);
            },
            Cancel));
        Assert.Equal(sent.Select(File.ReadAllBytes), kept);
        Assert.Equal(3, ids.Distinct().Count());
        Assert.Equal(0, await mailbox.PollAsync((_, _) => Task.CompletedTask, Cancel));
    }

    [Fact]
    public async Task A_mail_that_cannot_be_kept_stays_under_its_id()
    {
        await Relay.SendAsync(ToB, mails.Small(), Cancel);
        var mailbox = new PickupMailbox(Folder, "gw@site-b.test");
        var ids = new List<string>();
        await Assert.ThrowsAsync<FormatException>(() => mailbox.PollAsync((mail, _) => { ids.Add(mail.Id); throw new FormatException(); }, Cancel));
        Assert.Equal(1, await mailbox.PollAsync((mail, _) => { ids.Add(mail.Id); return Task.CompletedTask; }, Cancel));
        Assert.Equal(ids[0], ids[1]);
    }

    [Fact]
    public async Task What_is_still_being_written_is_no_mail()
    {
        await Relay.SendAsync(ToB, mails.Small(), Cancel);
        var folder = Path.Combine(Folder, "gw@site-b.test");
        File.Move(Directory.GetFiles(folder).Single(), Path.Combine(folder, "1.part"));
        Assert.Equal(0, await new PickupMailbox(Folder, "gw@site-b.test").PollAsync((_, _) => Task.CompletedTask, Cancel));
    }

    [Theory]
    [InlineData("../x@y.test")]
    [InlineData("a/../../b@c.test")]
    [InlineData("..")]
    [InlineData("a@../b")]
    [InlineData("c:d@e.test")]
    [InlineData("a\\b@c.test")]
    [InlineData("a@b..c")]
    [InlineData("")]
    public async Task An_address_cannot_be_a_path(string address)
    {
        Assert.IsType<RelayAnswer.Refused>(await Relay.SendAsync(new(null, address), mails.Small(), Cancel));
        Assert.Throws<ArgumentException>(() => new PickupMailbox(Folder, address));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_defers_and_leaves_nothing_half()
    {
        var relay = new PickupRelay(Folder, _ => throw new IOException("no"), TimeProvider.System);
        Assert.IsType<RelayAnswer.Deferred>(await relay.SendAsync(ToB, mails.Small(), Cancel));
        File.WriteAllText(Path.Combine(Folder, "gw@site-c.test"), "no folder");
        Assert.IsType<RelayAnswer.Deferred>(await Relay.SendAsync(new(null, "gw@site-c.test"), mails.Small(), Cancel));
        await Assert.ThrowsAnyAsync<IOException>(() => Relay.SendAsync(ToB, Path.Combine(mails.Folder, "none"), Cancel));
        Assert.Empty(Directory.GetFiles(Folder, "*.part", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_name_says_nothing_of_the_mail()
    {
        await Relay.SendAsync(ToB, mails.Small("secret-id@site-a.test"), Cancel);
        Assert.Matches("^[0-9a-f]{32}\\.eml$", Path.GetFileName(Directory.GetFiles(Path.Combine(Folder, "gw@site-b.test")).Single()));
    }
}
