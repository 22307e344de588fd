using System.Text;
using System.Text.RegularExpressions;
using Gateway.DicomMail.Messages;
using Gateway.Service.Spooling;
using Gateway.Service.Tests.Partnering;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.KnownBad;

/// <summary>What moves a message's state is a receipt that its recipient's key has signed, for that message, once.</summary>
[Collection(KnownBadMail.Name)]
public sealed class ReceiptTests(FedGateway gateway)
{
    private const string Waits = "not known yet: the partner has not answered";
    private const string Displayed = "automatic-action/MDN-sent-automatically; displayed";

    [Fact]
    public async Task Receipts_that_prove_nothing_move_no_state()
    {
        var (image, id) = await SentAsync();
        var plain = gateway.Lay(Report(id, Displayed));
        var other = gateway.Lay(gateway.East.Sealed(gateway.Site, Report(id, Displayed)));
        var stranger = gateway.Lay(gateway.Stranger.Sealed(gateway.Site, Report(id, Displayed)));
        var invented = gateway.Lay(gateway.North.Sealed(gateway.Site, Report($"{Guid.NewGuid():N}.1@south.example", Displayed)));
        var empty = gateway.Lay(gateway.North.Sealed(gateway.Site, Report("", Displayed)));
        var twisted = gateway.Lay(gateway.North.Sealed(gateway.Site, Report(id, Displayed, $"{HeaderNames.OriginalContentId}: <content.{Guid.NewGuid():N}.1@south.example>\n")));

        await gateway.SaysAsync("informed", plain);
        await gateway.IsRefusedAsync(other, "never sent to that partner");
        await gateway.WaitsForItsSignerAsync(stranger);
        await gateway.IsRefusedAsync(invented, "never sent to that partner");
        await gateway.IsRefusedAsync(empty, "never sent to that partner");
        await gateway.IsRefusedAsync(twisted, "content of another");
        Assert.Equal(Waits, await AnswerAsync(image));
        await gateway.GoesOnAsync();
    }

    [Fact]
    public async Task A_signed_receipt_moves_the_state_once_and_a_later_one_that_contradicts_it_does_not()
    {
        var (image, id) = await SentAsync();
        var mail = gateway.North.Sealed(gateway.Site, Report(id, Displayed));
        var first = gateway.Lay(mail);
        await gateway.SaysAsync("acknowledged", first);
        gateway.Lay(mail);
        gateway.Lay([.. "Received: from elsewhere.example\r\n"u8, .. mail]);
        var against = gateway.Lay(gateway.North.Sealed(gateway.Site, Report(id, "automatic-action/MDN-sent-automatically; deleted")));
        await gateway.SaysAsync("acknowledged", against);
        var again = gateway.Lay(gateway.North.Sealed(gateway.Site, Report(id, "automatic-action/MDN-sent-automatically; deleted/error")));
        await gateway.SaysAsync("acknowledged", again);
        await gateway.GoesOnAsync();

        Assert.Equal("yes, stored", await AnswerAsync(image));
        Assert.Equal(3, gateway.Site.Events("acknowledged").Count(line => id.StartsWith((string)line["set"]!, StringComparison.Ordinal)));
        Assert.Equal(1, Copies(id));
        Assert.Empty((await gateway.Site.AskAsync("dead-letters"))!.AsArray());
    }

    [Fact]
    public async Task A_warning_is_told_to_people()
    {
        var (image, id) = await SentAsync();
        var line = await gateway.SaysAsync("acknowledged", gateway.Lay(gateway.North.Sealed(gateway.Site, Report(id, Displayed + "/warning"))));

        Assert.Equal("acceptedWithWarning", (string?)line["verdict"]);
        await Eventually.HoldsAsync(() => gateway.Alarms.Any(alarm => (string?)alarm["code"] == "GW8015" && (string?)alarm["subject"] == "north"));
        Assert.NotEqual("yes, stored", await AnswerAsync(image));
    }

    [Fact]
    public async Task A_receipt_that_asks_for_the_message_again_gets_it_once_however_often_it_comes()
    {
        var (image, id) = await SentAsync();
        var asking = gateway.North.Sealed(gateway.Site, Report(id, "automatic-action/MDN-sent-automatically; deleted/error", $"{HeaderNames.Report}: stored=0; refused=0; missing=1\n"));
        await gateway.SaysAsync("informed", gateway.Lay(asking));
        for (var time = 1; time <= 6; time++)
        {
            gateway.Lay([.. MimeText.Lines($"Received: from relay{time}.example\n"), .. asking]);
            await Task.Delay(1500, TestContext.Current.CancellationToken);
        }

        await gateway.GoesOnAsync();
        Assert.Equal(2, Copies(id));
        Assert.DoesNotContain(gateway.Site.Events("returned"), line => line["names"]!.ToJsonString().Contains(SpoolName.HashOf(image.SopInstanceUid), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bounce_that_anybody_could_write_makes_a_dead_letter_and_the_partners_signature_takes_it_back()
    {
        var (image, id) = await SentAsync();
        var bounce = MimeText.Multipart(
            "From: <postmaster@mail.example>\n", "multipart/report; report-type=delivery-status",
            MimeText.Entity("Content-Type: message/delivery-status", Encoding.Latin1.GetBytes($"Reporting-MTA: dns; mail.example\r\n\r\nFinal-Recipient: rfc822; {gateway.North.Address}\r\nAction: failed\r\nStatus: 5.1.1\r\n")),
            MimeText.Entity("Content-Type: text/rfc822-headers", Encoding.Latin1.GetBytes($"Message-ID: <{id}>\r\n")));
        gateway.Lay(bounce);
        await Eventually.HoldsAsync(async () => (await gateway.Site.AskAsync("dead-letters"))!.AsArray().Count == 1, 60);
        Assert.Equal("no: dead letters", await AnswerAsync(image));

        await gateway.SaysAsync("acknowledged", gateway.Lay(gateway.North.Sealed(gateway.Site, Report(id, Displayed))));

        Assert.Empty((await gateway.Site.AskAsync("dead-letters"))!.AsArray());
        Assert.Equal("yes, stored", await AnswerAsync(image));
    }

    [Fact]
    public async Task No_receipt_answers_a_receipt()
    {
        var (_, id) = await SentAsync();
        var before = gateway.SentTo(gateway.North).Count;
        var asking = $"{gateway.North.Wish}Disposition-Notification-To: <{gateway.North.Address}>\n";
        await gateway.SaysAsync("acknowledged", gateway.Lay(gateway.North.Sealed(gateway.Site, Report(id, Displayed, asking), asking)));
        await gateway.SaysAsync("informed", gateway.Lay([.. MimeText.Lines(asking), .. Report(id, Displayed)]));
        await gateway.GoesOnAsync();

        Assert.DoesNotContain(gateway.SentTo(gateway.North).Skip(before), mail => Encoding.Latin1.GetString(mail) is var text && text.Contains(HeaderNames.OriginalContentId, StringComparison.Ordinal) && !text.Contains("<content.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Receipts_that_cannot_be_understood_are_refused()
    {
        var (image, id) = await SentAsync();
        byte[][] reports =
        [
            Notification("this is no list of headers at all"),
            Notification(""),
            Notification("\0\0\0\u00FF"),
            Notification("Disposition"),
            Notification(": :\n:"),
            Notification($"Original-Message-ID: <{id}>\nDisposition: ;;;///"),
            Notification($"Original-Message-ID: <{id}>\nDisposition: manual-action/MDN-sent-manually; dispatched"),
            Notification($"Original-Message-ID: <{id}"),
            Notification($"Original-Message-ID: <{id}>\nDisposition: {new string('x', 200_000)}"),
        ];
        List<(string Mail, string Reason)> laid = [];
        foreach (var report in reports)
        {
            laid.Add((gateway.Lay(gateway.North.Sealed(gateway.Site, report)), "receipt"));
            laid.Add((gateway.Lay(report), "report"));
        }

        laid.Add((gateway.Lay(gateway.North.Sealed(gateway.Site, Notification($"Disposition: {new string('x', 300_000)}"))), "longer than"));
        laid.Add((gateway.Lay(MimeText.Multipart("From: <postmaster@mail.example>\n", "multipart/report; report-type=delivery-status", MimeText.Entity("Content-Type: message/delivery-status", "\0: \r\n\r\nFinal-Recipient\r\nAction: failed\r\n"u8.ToArray()),
            MimeText.Entity("Content-Type: text/rfc822-headers", "no header\r\n\0\0"u8.ToArray()))), "report"));
        foreach (var (mail, reason) in laid)
            await gateway.IsRefusedAsync(mail, reason);
        Assert.Equal(Waits, await AnswerAsync(image));
        await gateway.GoesOnAsync();
    }

    private async Task<(Image Image, string MessageId)> SentAsync()
    {
        var image = gateway.NewImage();
        var before = gateway.SentTo(gateway.North).Count;
        await SentStudy.StoreAsync(gateway.Site.Gateway, [image]);
        await Eventually.HoldsAsync(async () => await AnswerAsync(image) == Waits, 60);
        var mail = gateway.SentTo(gateway.North).Skip(before).Select(Encoding.Latin1.GetString).Last(text => text.Contains(HeaderNames.SetId, StringComparison.Ordinal));
        return (image, Regex.Match(mail, "^Message-ID: <(.*)>", RegexOptions.Multiline).Groups[1].Value);
    }

    private int Copies(string id) => gateway.SentTo(gateway.North).Count(mail => Encoding.Latin1.GetString(mail).Contains($"Message-ID: <{id}>", StringComparison.Ordinal));

    private async Task<string?> AnswerAsync(Image image) =>
        (string?)(await gateway.Site.AskAsync($"studies/{image.Study}/trace"))?["arrivals"]?.AsArray().SingleOrDefault(arrival => (string?)arrival!["target"] == "north")?["answer"];

    private byte[] Report(string about, string disposition, string headers = "") =>
        Notification($"Reporting-UA: elsewhere.example; a gateway\nFinal-Recipient: rfc822; {gateway.North.Address}\nOriginal-Message-ID: <{about}>\nDisposition: {disposition}", headers);

    private byte[] Notification(string fields, string headers = "") => MimeText.Multipart(
        $"From: <{gateway.North.Address}>\nTo: <{gateway.Site.Address}>\nMessage-ID: <{Guid.NewGuid():N}@north.example>\n{headers}", "multipart/report; report-type=disposition-notification",
        MimeText.Entity("Content-Type: text/plain", "It was received.\r\n"u8.ToArray()),
        MimeText.Entity("Content-Type: message/disposition-notification", MimeText.Lines(fields + "\n")));
}
