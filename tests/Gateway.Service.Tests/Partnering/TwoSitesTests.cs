using System.Text.Json.Nodes;
using Gateway.Dicom.Tests.Peers;
using Gateway.DicomMail.Partners;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Partnering;

/// <summary>What the appliance exists for: a study of site A comes to the PACS of site B, and A can prove it.</summary>
public sealed class TwoSitesTests : IDisposable
{
    private readonly string pickup = Directory.CreateTempSubdirectory("pickup-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(pickup, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_study_comes_to_the_partners_PACS_unchanged_and_the_sender_has_the_partners_signature_for_it(bool zip)
    {
        await using var pacs = await StoreScp.StartAsync(Cancellation, "-B", "-uf");
        await using var a = Site.WithFolder("north", pickup, "south");
        await using var b = Site.WithFolder("south", pickup, "north", SampleConfiguration.SendingTo(pacs.EndPoint));
        a.Knows(b, partner => partner with { MaximumMessageBytes = 200_000, Zip = zip });
        b.Knows(a);
        await a.Gateway.StartAsync();
        await b.Gateway.StartAsync();
        var study = SentStudy.Of(9);

        await SentStudy.StoreAsync(a.Gateway, study);

        await Eventually.HoldsAsync(() => Directory.GetFiles(pacs.Folder).Length == study.Count && a.Events("acknowledged").Count == MessagesOf(a));
        Assert.Equal(SentStudy.Hashes(study), SentStudy.HashesIn(pacs.Folder));
        Assert.True(MessagesOf(a) >= 3);
        Assert.All(a.Events("acknowledged"), answer =>
        {
            Assert.Equal("accepted", (string?)answer["verdict"]);
            Assert.True((bool)answer["isStored"]!);
            Assert.Equal(b.Key.Fingerprint.Value, (string?)answer["signer"]);
        });
        Assert.Empty(Directory.GetFiles(Path.Combine(a.Gateway.SpoolFolder, "mail", "outbox")));
        Assert.Empty(Directory.GetFiles(Path.Combine(b.Gateway.SpoolFolder, "mail", "inbox")));
        var trace = (await a.AskAsync("studies/1.2.3/trace"))!;
        Assert.Equal("yes, stored", (string?)Assert.Single(trace["arrivals"]!.AsArray())!["answer"]);
        Assert.Equal(study.Count, (int)trace["images"]!);
        Assert.Equal("yes, stored", (string?)Assert.Single((await b.AskAsync("studies/1.2.3/trace"))!["arrivals"]!.AsArray())!["answer"]);
        Assert.Null(await a.AskAsync("studies/1.2.4/trace"));
        var metrics = await a.Gateway.MetricsAsync();
        Assert.Matches("\ngateway_partner_proof_age_seconds\\{partner=\"south\"\\} \\d", metrics);
        Assert.Matches("\ngateway_key_left_seconds\\{of=\"own\"\\} 2\\d{7}", metrics); // a year, but for the days in which the next one is wanted
        Assert.Contains("\ngateway_mail_inbox 0\n", metrics, StringComparison.Ordinal);
        Assert.Matches("\ngateway_volume_free_bytes\\{volume=\"images\"\\} \\d{6}", metrics);
    }

    [Fact]
    public async Task What_lies_on_the_way_names_no_patient_and_its_subject_is_always_the_same()
    {
        await using var a = Site.WithFolder("north", pickup, "south");
        await using var b = Site.WithFolder("south", pickup, "north"); // and is away
        a.Knows(b, partner => partner with { MaximumMessageBytes = 200_000 });
        await a.Gateway.StartAsync();

        await SentStudy.StoreAsync(a.Gateway, [new Image("1") { PatientName = "Zwiebelfisch^Quirina", PatientId = "PAT-8157-QX", Description = "Schädel Quirina", PixelBytes = 40_000 }, new Image("2") { PatientName = "Zwiebelfisch^Quirina" }]);

        await Eventually.HoldsAsync(() => a.Events("accepted").Count >= 1);
        var mails = Directory.GetFiles(pickup, "*", SearchOption.AllDirectories).Select(file => File.ReadAllText(file, System.Text.Encoding.Latin1)).Where(text => text.Contains("\nSubject:", StringComparison.OrdinalIgnoreCase)).ToList();
        Assert.True(mails.Count >= 1, $"{mails.Count} mails");
        Assert.All(mails, mail => Assert.Matches(@"\nSubject: DICOM-eMail( \(\d+/\d+\))?\r?\n", mail));
        Assert.All(mails, mail => Assert.DoesNotMatch("(?i)Zwiebelfisch|Quirina|8157", mail));
    }

    [Fact]
    public async Task While_a_new_key_waits_for_its_date_the_old_one_signs_and_messages_to_either_are_opened()
    {
        await using var a = Site.WithFolder("north", pickup, "south");
        await using var b = Site.WithFolder("south", pickup, "north");
        a.Knows(b);
        b.Knows(a);
        await a.Gateway.StartAsync();
        await b.Gateway.StartAsync();
        var keys = (await b.PostAsync("keys/rotate?algorithm=curve25519&years=3&overlapDays=30", [])).Answer!.AsArray();
        var next = b.Folders.ReadKeys().Own.Single(key => key.Fingerprint != b.Key.Fingerprint);
        Assert.Equal((string?)keys.Single(key => (bool)key!["signs"]!)!["signsUntil"], (string?)keys.Single(key => !(bool)key!["signs"]!)!["signsFrom"]);
        await a.PostAsync("keys/import", next.Public.Write());
        await a.PostAsync($"keys/{next.Fingerprint}/accept", []);

        await SentStudy.StoreAsync(a.Gateway, [new Image("1") { Study = "1.2.3", Series = "1.2.3.1" }]);
        await Eventually.HoldsAsync(() => a.Events("acknowledged").Count == 1);

        // The partner writes to the new key from now on; the day has come, and the gateway starts anew.
        a.Folders.Write(new PartnerDirectory([a.Folders.Read().Directory.Partners[0] with { Keys = [next.Fingerprint, b.Key.Fingerprint] }]), a.Key, DateTimeOffset.UtcNow);
        await SentStudy.StoreAsync(a.Gateway, [new Image("2") { Study = "1.2.4", Series = "1.2.4.1" }]);
        await Eventually.HoldsAsync(() => a.Events("acknowledged").Count == 2);
        await b.Gateway.StopAsync();
        var dates = JsonNode.Parse(await File.ReadAllTextAsync(b.Folders.TurnsFile, Cancellation))!;
        dates[next.Fingerprint.Value] = DateTimeOffset.UtcNow;
        await File.WriteAllTextAsync(b.Folders.TurnsFile, dates.ToJsonString(), Cancellation);
        await b.Gateway.StartAsync();
        await SentStudy.StoreAsync(a.Gateway, [new Image("3") { Study = "1.2.5", Series = "1.2.5.1" }]);
        await Eventually.HoldsAsync(() => a.Events("acknowledged").Count == 3);

        Assert.Equal([b.Key.Fingerprint.Value, b.Key.Fingerprint.Value, next.Fingerprint.Value], a.Events("acknowledged").Select(answer => (string)answer["signer"]!));
    }

    [Fact]
    public async Task A_study_that_no_route_sends_to_the_partner_is_sent_by_hand()
    {
        await using var pacs = await StoreScp.StartAsync(Cancellation, "-B", "-uf");
        await using var a = Site.WithFolder("north", pickup, "south");
        await using var b = Site.WithFolder("south", pickup, "north", SampleConfiguration.SendingTo(pacs.EndPoint));
        a.Knows(b);
        b.Knows(a);
        await a.Gateway.StartAsync();
        await b.Gateway.StartAsync();
        var study = SentStudy.Of(3);
        await SentStudy.StoreAsync(a.Gateway, study, called: "DICOMMAIL");

        var answer = await a.Gateway.AskAsync(HttpMethod.Post, "studies/1.2.3/send?to=south&urgent=true");

        Assert.Equal(3, (int)answer["instances"]!);
        await Eventually.HoldsAsync(async () => await a.AnswerAsync() == "yes, stored", 60);
        Assert.Equal(SentStudy.Hashes(study), SentStudy.HashesIn(pacs.Folder));
        Assert.Equal("emergency", (string?)Assert.Single(a.Events("queued"))["priority"]);
        Assert.Equal("GW7112", await RefusedAsync(a, "studies/1.2.3/send?to=nobody&urgent=false"));
    }

    [Fact]
    public async Task A_site_that_was_set_back_receives_mail_and_answers_none_until_somebody_has_reconciled()
    {
        await using var a = Site.WithFolder("north", pickup, "south");
        await using var b = Site.WithFolder("south", pickup, "north"); // no route: it has an answer at once
        a.Knows(b);
        b.Knows(a);
        b.Gateway.Lay("witness.json", """{ "line": 1, "lineAt": "2026-01-01T00:00:00Z", "aliveAt": "2026-01-01T00:00:00Z", "hasStopped": true }""");
        await a.Gateway.StartAsync();
        await b.Gateway.StartAsync();

        // By the time the second study has come the first one would have had its answer.
        foreach (var (index, study) in new[] { "1.2.3", "1.2.4" }.Index())
        {
            await SentStudy.StoreAsync(a.Gateway, [new Image("1") { Study = study, Series = study + ".1" }]);
            await Eventually.HoldsAsync(async () => (long?)(await b.AskAsync("sending/comparison"))!["comparison"]!["inIndex"] == index + 1, 60);
        }

        await b.Gateway.AskAsync(HttpMethod.Post, "sending/resume?by=Site%20IT");
        await Eventually.HoldsAsync(() => b.Events("answered").Count == 2);

        var order = b.Ledger.Select(line => (string?)line["event"]).Where(name => name is "paused" or "resumed" or "answered");
        Assert.Equal(["paused", "resumed", "answered", "answered"], order);
    }

    private static async Task<string?> RefusedAsync(Site site, string what)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", await site.TokenAsync());
        using var answer = await client.PostAsync(new Uri($"http://127.0.0.1:{site.Gateway.HealthPort}/api/{what}"), null, Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        return (string?)System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))![0]!["code"];
    }

    private static int MessagesOf(Site site) => site.Events("planned").Sum(plan => plan["plan"]!["messages"]!.AsArray().Count);
}
