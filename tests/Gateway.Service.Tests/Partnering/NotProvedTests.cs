using System.Text;
using Gateway.DicomMail.Partners;
using Gateway.Service.Sending;
using Gateway.Service.Tests.KnownBad;
using Gateway.Service.Tests.Peers;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Partnering;

/// <summary>What is not proved is not said, and what comes twice or from a stranger changes nothing.</summary>
public sealed class NotProvedTests : IDisposable
{
    private readonly string pickup = Directory.CreateTempSubdirectory("pickup-").FullName;

    public void Dispose() => Directory.Delete(pickup, recursive: true);

    [Fact]
    public async Task Images_that_the_partners_PACS_refuses_are_never_called_stored()
    {
        await using var pacs = new ScriptedScp(_ => Task.FromResult((ushort)0xC000));
        await using var a = Site.WithFolder("north", pickup, "south");
        await using var b = Site.WithFolder("south", pickup, "north", SampleConfiguration.SendingTo(pacs.EndPoint));
        a.Knows(b);
        b.Knows(a);
        await a.Gateway.StartAsync();
        await b.Gateway.StartAsync();

        await SentStudy.StoreAsync(a.Gateway, SentStudy.Of(2));

        await Eventually.HoldsAsync(() => a.Events("acknowledged").Count > 0 && a.Events("returned").Sum(line => line["names"]!.AsArray().Count) == 2);
        Assert.All(a.Events("acknowledged"), line => Assert.Equal("notAccepted", (string?)line["verdict"]));
        Assert.Equal("no: dead letters", await a.AnswerAsync());
        Assert.Equal(2, (await b.AskAsync("dead-letters"))!.AsArray().Count);
    }

    [Fact]
    public async Task Images_for_a_partner_who_never_confirms_are_never_called_delivered()
    {
        await using var a = Site.WithFolder("north", pickup, "south");
        await using var b = Site.WithFolder("south", pickup, "north");
        a.Knows(b, partner => partner with { Receipts = ReceiptKind.None });
        await a.Gateway.StartAsync();

        await SentStudy.StoreAsync(a.Gateway, SentStudy.Of(2));

        await Eventually.HoldsAsync(async () => await a.AnswerAsync() == "not known: this partner never confirms", 60);

        // A mail server says that they will not arrive: that is known.
        var id = MessageIds.Of((string)a.Events("accepted")[0]["set"]!, 1, a.Address);
        var folder = Directory.CreateDirectory(Path.Combine(pickup, "pickup", a.Address)).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "bounce.eml"), Bounce(b.Address, id), TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(async () => await a.AnswerAsync() == "no: dead letters", 60);
        Assert.NotEmpty((await a.AskAsync("dead-letters"))!.AsArray());
    }

    private static byte[] Bounce(string to, string id) => MimeText.Multipart(
        "From: <postmaster@mail.example>\n", "multipart/report; report-type=delivery-status",
        MimeText.Entity("Content-Type: message/delivery-status", Encoding.Latin1.GetBytes($"Reporting-MTA: dns; mail.example\r\n\r\nFinal-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.1.1\r\n")),
        MimeText.Entity("Content-Type: text/rfc822-headers", Encoding.Latin1.GetBytes($"Message-ID: <{id}>\r\n")));

    [Fact]
    public async Task What_goes_on_to_another_partner_is_answered_for_once_that_has_answered()
    {
        await using var pacs = new ScriptedScp();
        await using var a = Site.WithFolder("north", pickup, "south");
        await using var b = Site.WithFolder("south", pickup, "east", configuration =>
        {
            SampleConfiguration.SendingTo(pacs.EndPoint)(configuration);
            configuration["routes"]![0]!["to"] = new System.Text.Json.Nodes.JsonArray("east");
        });
        await using var c = Site.WithFolder("east", pickup, "south", SampleConfiguration.SendingTo(pacs.EndPoint));
        a.Knows(b);
        b.Knows(Of(a), Of(c));
        c.Knows(b);
        await a.Gateway.StartAsync();
        await b.Gateway.StartAsync();
        await SentStudy.StoreAsync(a.Gateway, SentStudy.Of(2));
        await Eventually.HoldsAsync(() => b.Events("accepted").Count > 0 && b.Events("finished").Count > 0);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken); // longer than an answer takes that is due
        Assert.Empty(b.Events("answered"));

        await c.Gateway.StartAsync();
        await Eventually.HoldsAsync(async () => await a.AnswerAsync() == "yes, stored", 60);
        Assert.Equal(2, pacs.Received.Count);

        static (Partner, DicomMail.OpenPgp.PublicKey) Of(Site site) =>
            (new Partner { Id = site.Name, Name = site.Name, Addresses = [site.Address], Keys = [site.Key.Fingerprint], Receipts = ReceiptKind.Signed, ReceiptMeans = ReceiptMeaning.Pacs }, site.Key.Public);
    }

    [Fact]
    public async Task A_mail_that_comes_again_is_answered_again_and_stores_nothing_twice()
    {
        await using var pacs = new ScriptedScp();
        await using var a = Site.WithFolder("north", pickup, "south");
        await using var b = Site.WithFolder("south", pickup, "north", SampleConfiguration.SendingTo(pacs.EndPoint));
        a.Knows(b);
        b.Knows(a);
        await a.Gateway.StartAsync();
        var study = SentStudy.Of(2);
        await SentStudy.StoreAsync(a.Gateway, study);
        await Eventually.HoldsAsync(async () => await a.AnswerAsync() == "not known yet: the partner has not answered", 60);
        var copies = Directory.GetFiles(Path.Combine(pickup, "pickup", b.Address)).Select(file => (file, File.ReadAllBytes(file))).ToList();
        await b.Gateway.StartAsync();
        await Eventually.HoldsAsync(async () => await a.AnswerAsync() == "yes, stored", 60);

        foreach (var (file, bytes) in copies)
            await File.WriteAllBytesAsync(file.Replace(".eml", "0.eml", StringComparison.Ordinal), bytes, TestContext.Current.CancellationToken);

        await Eventually.HoldsAsync(() => b.Events("answered").Count == 2 * copies.Count);
        Assert.Equal(study.Count, pacs.Received.Count);
        Assert.Equal("yes, stored", await a.AnswerAsync());
        Assert.Empty(a.Events("returned"));
    }

    [Fact]
    public async Task Mail_of_a_stranger_is_kept_aside_and_nothing_of_it_is_taken_until_a_person_knows_him()
    {
        await using var pacs = new ScriptedScp();
        await using var a = Site.WithFolder("north", pickup, "south");
        await using var b = Site.WithFolder("south", pickup, "north", SampleConfiguration.SendingTo(pacs.EndPoint));
        a.Knows(b);
        await a.Gateway.StartAsync();
        await b.Gateway.StartAsync(); // it does not know the sender

        await SentStudy.StoreAsync(a.Gateway, SentStudy.Of(2));

        await Eventually.HoldsAsync(() => b.Events("discarded").Count > 0);
        Assert.All(b.Events("discarded"), line => Assert.Contains("signed by a key that nobody has accepted", (string?)line["reason"], StringComparison.Ordinal));
        Assert.Empty(b.Gateway.StoredFiles);
        Assert.All(b.Events("discarded"), line => Assert.Equal($"{a.Key.Fingerprint.KeyId:X16}", (string?)line["waitsFor"]));
        await Eventually.HoldsAsync(() => Directory.GetFiles(Waiting(b)).Length > 0);
        Assert.Equal("not known yet: the partner has not answered", await a.AnswerAsync());

        await b.PostAsync("keys/import", a.Key.Public.Write());
        await b.PostAsync($"keys/{a.Key.Fingerprint}/accept", []);
        await Task.Delay(3000, TestContext.Current.CancellationToken); // it looks every two seconds
        Assert.Empty(b.Events("opened")); // a key that is nobody's
        await b.PostAsync("partners/import", Encoding.UTF8.GetBytes($$"""
            { "formatVersion": 1, "partners": [ { "id": "north", "name": "North", "addresses": ["{{a.Address}}"], "keys": ["{{a.Key.Fingerprint}}"], "receipts": "signed", "receiptMeans": "pacs" } ] }
            """));

        await Eventually.HoldsAsync(async () => await a.AnswerAsync() == "yes, stored", 60);
        Assert.Equal(2, pacs.Received.Count);
        Assert.Empty(Directory.GetFiles(Waiting(b)));
        Assert.Empty(Directory.GetFiles(Path.Combine(b.Gateway.SpoolFolder, "mail", "refused")));
    }

    private static string Waiting(Site site) => Path.Combine(site.Gateway.SpoolFolder, "mail", "waiting");
}
