using System.Globalization;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.KnownBad;

/// <summary>Fragments carry no signature: whoever knows an id can send more of them. What they join to is proved by the signature inside, and by nothing else.</summary>
[Collection(KnownBadMail.Name)]
public sealed class FragmentTests(FedGateway gateway)
{
    [Fact]
    public async Task Fragments_are_joined_in_any_order_and_however_often_each_comes()
    {
        List<Image> images = [];
        foreach (var order in (int[][])[[1, 2, 3], [3, 2, 1], [2, 2, 3, 3, 1], [3, 1, 3, 2]])
        {
            images.Add(gateway.NewImage(30_000));
            var fragments = Cut(gateway.North, images[^1], $"{Guid.NewGuid():N}");
            foreach (var number in order)
                gateway.Lay(fragments[number - 1]);
        }

        await gateway.AreThereOnceAsync(images);
        await gateway.GoesOnAsync();
    }

    [Fact]
    public async Task Fragments_of_two_senders_under_one_id_are_two_messages()
    {
        var (one, other, id) = (gateway.NewImage(30_000), gateway.NewImage(30_000), $"{Guid.NewGuid():N}");
        foreach (var (first, second) in Cut(gateway.North, one, id).Zip(Cut(gateway.East, other, id)))
        {
            gateway.Lay(first);
            gateway.Lay(second);
        }

        await gateway.AreThereOnceAsync(one, other);
        await gateway.GoesOnAsync();
    }

    [Fact]
    public async Task Fragments_that_a_stranger_slips_in_under_the_senders_name_spoil_no_message()
    {
        List<Image> images = [];
        foreach (var order in (string[])["f1 1 2 3", "2 f2 1 3", "3 f1 f2 2 1", "f1 f2 f3 1 2 3", "1 f2 3 2", "f1 1 f1 2 3"])
        {
            images.Add(gateway.NewImage(30_000));
            var id = $"{Guid.NewGuid():N}";
            var fragments = Cut(gateway.North, images[^1], id);
            foreach (var word in order.Split(' '))
                gateway.Lay(word[0] == 'f' ? gateway.North.Fragment(gateway, $"id=\"{id}\"; number={word[1]}; total=3", MimeText.Lines($"no part of {word}\n")) : fragments[int.Parse(word, CultureInfo.InvariantCulture) - 1]);
        }

        await gateway.AreThereOnceAsync(images);
        await Eventually.HoldsAsync(() => gateway.Site.Events("discarded").Any(line => ((string?)line["reason"])!.Contains("whole without it", StringComparison.Ordinal)));
        await gateway.GoesOnAsync();
    }

    [Fact]
    public async Task A_fragment_whose_numbers_make_no_sense_is_refused()
    {
        string[] wrong =
        [
            "number=3; total=2", "number=0; total=2", "number=-1; total=2", "number=1; total=0", "number=1; total=-1", "number=1; total=2147483648", "number=2147483648; total=2147483648",
            "number=1; total=100000", "number=20000", "number=1; total=many", "total=2", "",
        ];
        var mails = wrong.Select(numbers => gateway.Lay(gateway.North.Fragment(gateway, $"id=\"{Guid.NewGuid():N}\"; {numbers}", "a part\r\n"u8.ToArray())))
            .Append(gateway.Lay(gateway.North.Fragment(gateway, "number=1; total=2", "a part\r\n"u8.ToArray()))).ToList();
        foreach (var mail in mails)
            await gateway.IsRefusedAsync(mail, "fragment");
        await gateway.GoesOnAsync();
    }

    [Fact]
    public async Task Only_the_last_fragment_has_to_tell_the_total()
    {
        var (image, id) = (gateway.NewImage(30_000), $"{Guid.NewGuid():N}");
        var mail = gateway.North.Study(gateway, image);
        var third = mail.Length / 3;
        gateway.Lay(gateway.North.Fragment(gateway, $"id=\"{id}\"; number=1", mail[..third]));
        gateway.Lay(gateway.North.Fragment(gateway, $"id=\"{id}\"; number=3; total=3", mail[(2 * third)..]));
        gateway.Lay(gateway.North.Fragment(gateway, $"id=\"{id}\"; number=2", mail[third..(2 * third)]));

        await gateway.AreThereOnceAsync(image);
    }

    [Fact]
    public async Task Fragments_whose_totals_differ_belong_to_different_messages()
    {
        var (image, id) = (gateway.NewImage(30_000), $"{Guid.NewGuid():N}");
        var fragments = Cut(gateway.North, image, id);
        gateway.Lay(gateway.North.Fragment(gateway, $"id=\"{id}\"; number=1; total=2", "a part\r\n"u8.ToArray()));
        gateway.Lay(gateway.North.Fragment(gateway, $"id=\"{id}\"; number=4; total=4", "a part\r\n"u8.ToArray()));
        foreach (var fragment in fragments)
            gateway.Lay(fragment);

        await gateway.AreThereOnceAsync(image);
        await gateway.GoesOnAsync();
    }

    [Fact]
    public async Task What_fragments_join_to_is_no_fragment_again()
    {
        var inner = gateway.North.Fragment(gateway, $"id=\"{Guid.NewGuid():N}\"; number=1; total=1", gateway.North.Study(gateway, gateway.NewImage()));
        var id = $"{Guid.NewGuid():N}";

        gateway.Lay(gateway.North.Fragment(gateway, $"id=\"{id}\"; number=1; total=2", inner[..(inner.Length / 2)]));
        gateway.Lay(gateway.North.Fragment(gateway, $"id=\"{id}\"; number=2; total=2", inner[(inner.Length / 2)..]));

        await Eventually.HoldsAsync(() => gateway.Site.Events("discarded").Any(line => ((string?)line["reason"])!.Contains("joined of 2 fragments: It is neither encrypted", StringComparison.Ordinal)));
        await gateway.GoesOnAsync();
    }

    [Fact]
    public async Task Fragments_that_never_become_whole_are_told_and_kept_aside_when_no_server_would_still_bring_the_others()
    {
        var id = $"{Guid.NewGuid():N}";
        var mails = Cut(gateway.North, gateway.NewImage(30_000), id).Take(2).Select(gateway.Lay).ToList();
        string[] Waiting() => Directory.GetFiles(Path.Combine(gateway.MailFolder, "fragments"), "*.eml", SearchOption.AllDirectories);
        await Eventually.HoldsAsync(() => mails.All(mail => Waiting().Any(file => file.Contains(Path.GetFileNameWithoutExtension(mail), StringComparison.Ordinal))));

        foreach (var file in Waiting())
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-6));

        foreach (var mail in mails)
            await gateway.IsRefusedAsync(mail, "never");
        Assert.Empty(Waiting());
        await gateway.GoesOnAsync();
    }

    private IReadOnlyList<byte[]> Cut(Correspondent from, Image image, string id)
    {
        var mail = from.Study(gateway, image);
        var third = mail.Length / 3;
        return [.. ((byte[][])[mail[..third], mail[third..(2 * third)], mail[(2 * third)..]]).Select((part, index) => from.Fragment(gateway, $"id=\"{id}\"; number={index + 1}; total=3", part))];
    }
}
