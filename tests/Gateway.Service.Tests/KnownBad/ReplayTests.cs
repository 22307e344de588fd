using System.Text;
using Gateway.DicomMail.Messages;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.KnownBad;

/// <summary>Mail that comes again, and sets that are mixed up.</summary>
[Collection(KnownBadMail.Name)]
public sealed class ReplayTests(FedGateway gateway)
{
    [Fact]
    public async Task What_comes_again_by_whatever_way_is_answered_again_and_stored_once()
    {
        var image = gateway.NewImage();
        var mail = gateway.North.Study(gateway, image);
        var text = Encoding.Latin1.GetString(mail);
        var set = System.Text.RegularExpressions.Regex.Match(text, $"{HeaderNames.SetId}: (.*)\r").Groups[1].Value;
        var name = gateway.Lay(mail);
        gateway.Lay(mail);
        await gateway.SaysAsync("opened", name);
        await gateway.AreThereOnceAsync(image);

        gateway.Lay(mail);
        await gateway.SaysAsync("opened", name, 2);
        foreach (var changed in (string[])["Message-ID: <other@elsewhere.example>\r\nX-Old-" + text, text.Replace("Message-ID: <", "Message-ID: <9", StringComparison.Ordinal), "Received: by another\r\n" + text])
            await gateway.SaysAsync("opened", gateway.Lay(Encoding.Latin1.GetBytes(changed)));

        await gateway.GoesOnAsync();
        await gateway.AreThereOnceAsync(image);
        Assert.Single(gateway.Site.Gateway.StoredFiles, file => file.Contains(Path.GetFileNameWithoutExtension((string)gateway.Site.Events("opened").Last(line => (string?)line["set"] == set)["names"]![0]!), StringComparison.Ordinal));
        Assert.All(gateway.Site.Events("opened").Where(line => (string?)line["set"] == set), line => Assert.Equal($"{set}.1@north.example", (string?)line["messageId"]));
    }

    [Fact]
    public async Task What_is_older_than_images_are_kept_is_refused()
    {
        var image = gateway.NewImage();
        var entity = MimeText.Multipart("multipart/related", MimeText.Part("application/dicom", image.ToFile()));

        await gateway.IsRefusedAsync(gateway.Lay(gateway.North.Sealed(gateway.Site, entity, at: DateTimeOffset.UtcNow.AddDays(-3))), "an old mail that comes again");
        await gateway.GoesOnAsync(image);
    }

    [Fact]
    public async Task Messages_of_two_sets_under_one_id_are_told_apart_by_their_totals()
    {
        var images = Enumerable.Range(0, 5).Select(_ => gateway.NewImage()).ToList();
        var set = $"{Guid.NewGuid():N}";
        var mails = new[] { (1, 2), (1, 3), (3, 3), (2, 2), (2, 3) }.Zip(images, (part, image) => gateway.Lay(gateway.North.Study(gateway, new SetPart(set, part.Item1, part.Item2), image))).ToList();

        foreach (var mail in mails)
            await gateway.SaysAsync("opened", mail);
        await gateway.AreThereOnceAsync(images);
        await AreAnsweredAsync(mails);
    }

    [Fact]
    public async Task Messages_of_two_partners_under_one_set_are_both_answered()
    {
        var (one, other) = (gateway.NewImage(), gateway.NewImage());
        var part = new SetPart($"{Guid.NewGuid():N}", 1, 1);
        var before = (North: gateway.SentTo(gateway.North).Count, East: gateway.SentTo(gateway.East).Count);

        string[] mails = [gateway.Lay(gateway.North.Study(gateway, part, one)), gateway.Lay(gateway.East.Study(gateway, part, other))];

        await gateway.AreThereOnceAsync(one, other);
        await Eventually.HoldsAsync(() => gateway.SentTo(gateway.North).Count > before.North && gateway.SentTo(gateway.East).Count > before.East);
        await AreAnsweredAsync(mails);
    }

    // Each as often as it was opened, and as what it is.
    private async Task AreAnsweredAsync(IReadOnlyList<string> mails)
    {
        var opened = gateway.Site.Events("opened").Where(line => mails.Contains((string)line["mail"]!)).Select(line => $"{line["set"]} {line["part"]}").Order(StringComparer.Ordinal).ToList();
        await Eventually.HoldsAsync(() => gateway.Site.Events("answered").Select(line => $"{line["set"]} {line["part"]}").Where(opened.Contains).Order(StringComparer.Ordinal).SequenceEqual(opened));
        Assert.DoesNotContain(gateway.Site.Events("incomplete"), line => opened.Any(one => one.StartsWith((string)line["set"]!, StringComparison.Ordinal)));
    }
}
