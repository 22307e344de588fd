using System.Net;
using System.Text.Json.Nodes;
using Gateway.DicomMail.OpenPgp;
using Xunit;

namespace Gateway.Service.Tests.Partnering;

/// <summary>A partner's key is used by nothing until a person names its fingerprint, and a directory is taken over whole or not at all.</summary>
public sealed class KeysApiTests : IDisposable
{
    private readonly string pickup = Directory.CreateTempSubdirectory("pickup-").FullName;
    private readonly OwnKey theirs = OwnKey.Generate(KeyAlgorithm.Curve25519, "Gateway <gateway@south.example>", DateTimeOffset.UtcNow.AddMinutes(-1), TimeSpan.FromDays(30));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Entry => $$"""{ "formatVersion": 1, "partners": [ { "id": "south", "name": "South", "addresses": ["gateway@south.example"], "keys": ["{{theirs.Fingerprint}}"] } ] }""";

    public void Dispose() => Directory.Delete(pickup, recursive: true);

    [Fact]
    public async Task A_partner_can_be_written_to_once_its_key_is_accepted_and_not_before()
    {
        await using var site = Site.WithFolder("north", pickup, "south");
        await site.Gateway.StartAsync();

        Assert.Equal("quarantined", (string?)(await PostAsync(site, "keys/import", theirs.Public.ToArmor())).Answer![0]!["standing"]);
        var before = (await PostAsync(site, "partners/import", Entry)).Answer!;
        Assert.False((bool)before[0]!["canBeWrittenTo"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(site, $"keys/{theirs.Fingerprint.Value[..16]}/accept", "")).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(site, $"keys/{theirs.Fingerprint}/accept", "")).Status);

        Assert.True((bool)(await site.AskAsync("partners"))![0]!["canBeWrittenTo"]!);
    }

    [Fact]
    public async Task A_directory_with_a_mistake_changes_nothing_and_names_each_mistake()
    {
        await using var site = Site.WithFolder("north", pickup, "south");
        await site.Gateway.StartAsync();
        await PostAsync(site, "partners/import", Entry);

        var (status, answer) = await PostAsync(site, "partners/import", """{ "formatVersion": 1, "partners": [ { "id": "Not so", "name": "", "addresses": [], "keys": ["12"] } ] }""");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(4, answer!.AsArray().Count);
        Assert.Equal("south", (string?)(await site.AskAsync("partners"))![0]!["id"]);
    }

    [Fact]
    public async Task What_is_no_key_is_refused_and_a_new_key_of_ours_is_listed_without_its_secret()
    {
        await using var site = Site.WithFolder("north", pickup, "south");
        await site.Gateway.StartAsync();

        var (status, answer) = await PostAsync(site, "keys/import", "no key");
        var (_, made) = await PostAsync(site, "keys?algorithm=curve25519&years=1", "");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("GW7212", (string?)answer![0]!["code"]);
        var listed = (await site.AskAsync("keys"))!.AsArray().Where(key => (string?)key!["standing"] == "own").Select(key => (string)key!["fingerprint"]!);
        Assert.Equal(new[] { site.Key.Fingerprint.Value, (string)made!["fingerprint"]! }.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        Assert.StartsWith("-----BEGIN PGP PUBLIC KEY BLOCK-----", (string?)(await site.AskAsync($"keys/{made["fingerprint"]}"))!["armored"], StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, JsonNode? Answer)> PostAsync(Site site, string what, string body)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", await site.TokenAsync());
        using var content = new StringContent(body);
        using var answer = await client.PostAsync(new Uri($"http://127.0.0.1:{site.Gateway.HealthPort}/api/{what}"), content, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        return (answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }
}
