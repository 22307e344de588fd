using System.Net;
using System.Text.Json.Nodes;
using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
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
        Assert.False((bool)before["partners"]![0]!["canBeWrittenTo"]!);
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
        Assert.Equal("GW7218", (string?)(await PostAsync(site, "keys?algorithm=curve25519&years=1", "")).Answer![0]!["code"]);
        Assert.Equal("GW7211", (string?)(await PostAsync(site, "keys/rotate?algorithm=curve25519&years=1&overlapDays=-1", "")).Answer![0]!["code"]);
        var made = (await PostAsync(site, "keys/rotate?algorithm=curve25519&years=1&overlapDays=30", "")).Answer!.AsArray().Single(key => (string?)key!["fingerprint"] != site.Key.Fingerprint.Value)!;

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("GW7212", (string?)answer![0]!["code"]);
        var listed = (await site.AskAsync("keys"))!.AsArray().Where(key => (string?)key!["standing"] == "own").Select(key => (string)key!["fingerprint"]!);
        Assert.Equal(new[] { site.Key.Fingerprint.Value, (string)made!["fingerprint"]! }.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        Assert.StartsWith("-----BEGIN PGP PUBLIC KEY BLOCK-----", (string?)(await site.AskAsync($"keys/{made["fingerprint"]}"))!["armored"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_was_changed_is_told_and_keys_are_listed_and_made_and_it_is_imported_again()
    {
        await using var site = Site.WithFolder("north", pickup, "south");
        await site.Gateway.StartAsync();
        await PostAsync(site, "partners/import", Entry);
        await File.WriteAllTextAsync(site.Folders.DirectoryFile, (await File.ReadAllTextAsync(site.Folders.DirectoryFile, Cancellation)).Replace("south.example", "elsewhere.example", StringComparison.Ordinal), Cancellation);

        var (status, refused) = await site.GetAsync("partners");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("GW7205", (string?)refused![0]!["code"]);
        Assert.StartsWith("GW7205 ", (string?)(await site.Gateway.HealthAsync()).Report["partnersProblem"], StringComparison.Ordinal);
        Assert.Contains("GW7205", site.Gateway.Output, StringComparison.Ordinal);
        Assert.Single((await site.AskAsync("keys"))!.AsArray());
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(site, "keys/rotate?algorithm=curve25519&years=1&overlapDays=30", "")).Status);
        Assert.Equal("GW7216", (string?)(await PostAsync(site, "partners/import", Entry)).Answer!["refusal"]!["code"]); // nobody knows what it is compared with
        Assert.Null((await PostAsync(site, "partners/import?acceptChanges=true", Entry)).Answer!["refusal"]);
        Assert.Single((await site.AskAsync("partners"))!.AsArray());
        Assert.Null((string?)(await site.Gateway.HealthAsync()).Report["partnersProblem"]);
    }

    [Fact]
    public async Task Keys_are_listed_and_made_and_a_directory_is_imported_after_our_only_key_has_expired()
    {
        await using var site = Site.WithFolder("north", pickup, "south", keyMade: DateTimeOffset.UtcNow.AddYears(-2));
        site.Folders.Write(new PartnerDirectory([]), site.Key, DateTimeOffset.UtcNow.AddYears(-2).AddDays(1));
        await site.Gateway.StartAsync();

        Assert.Equal("GW7213", (string?)(await PostAsync(site, "partners/import", Entry)).Answer![0]!["code"]);
        Assert.False((bool)(await site.AskAsync("keys"))![0]!["isUsable"]!);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(site, "keys?algorithm=curve25519&years=1", "")).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(site, "partners/import", Entry)).Status);
    }

    [Fact]
    public async Task A_key_that_cannot_be_read_is_told_with_its_code()
    {
        await using var site = Site.WithFolder("north", pickup, "south");
        Directory.CreateDirectory(site.Folders.Known);
        await File.WriteAllTextAsync(Path.Combine(site.Folders.Known, "notes.txt"), "no key", Cancellation);
        await site.Gateway.StartAsync();

        var (status, refused) = await site.GetAsync("keys");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("GW7206", (string?)refused![0]!["code"]);
    }

    [Fact]
    public async Task A_new_version_of_an_accepted_key_waits_for_a_person_while_the_old_one_is_used_on()
    {
        await using var site = Site.WithFolder("north", pickup, "south");
        await site.Gateway.StartAsync();
        using var partner = new GnuPg(theirs);
        await site.PostAsync("keys/import", theirs.Public.Write());
        await PostAsync(site, $"keys/{theirs.Fingerprint}/accept", "");
        Assert.Equal("accepted", (string?)(await site.PostAsync("keys/import", theirs.Public.Write())).Answer![0]!["standing"]); // the same once more
        partner.Extend(theirs.Fingerprint, "2y");

        Assert.Equal("changed", (string?)(await site.PostAsync("keys/import", partner.Export(theirs.Fingerprint))).Answer![0]!["standing"]);

        var listed = (await site.AskAsync("keys"))!.AsArray();
        Assert.Equal(theirs.Expires, ExpiryOf(listed, "accepted"));
        Assert.True(ExpiryOf(listed, "changed") > theirs.Expires);
        Assert.Equal(theirs.Expires, Assert.Single(site.Folders.ReadKeys().Known).Expires);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(site, $"keys/{theirs.Fingerprint}/accept", "")).Status);
        Assert.True(ExpiryOf((await site.AskAsync("keys"))!.AsArray(), "accepted") > theirs.Expires);
    }

    [Fact]
    public async Task A_revocation_counts_at_once_and_is_not_undone_by_an_older_version()
    {
        await using var site = Site.WithFolder("north", pickup, "south");
        await site.Gateway.StartAsync();
        using var partner = new GnuPg(theirs);
        await site.PostAsync("keys/import", theirs.Public.Write());
        await PostAsync(site, $"keys/{theirs.Fingerprint}/accept", "");
        await PostAsync(site, "partners/import", Entry);
        partner.Revoke(theirs.Fingerprint);

        Assert.Equal("revoked", (string?)(await site.PostAsync("keys/import", partner.Export(theirs.Fingerprint))).Answer![0]!["standing"]);

        Assert.False((bool)(await site.AskAsync("partners"))![0]!["canBeWrittenTo"]!);
        Assert.Contains($"revoked its key {theirs.Fingerprint}", site.Gateway.Output, StringComparison.Ordinal);
        Assert.Equal("revoked", (string?)(await site.PostAsync("keys/import", theirs.Public.Write())).Answer![0]!["standing"]);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(site, $"keys/{theirs.Fingerprint}/accept", "")).Status);
    }

    [Fact]
    public async Task A_directory_by_which_somebody_else_would_be_believed_is_taken_on_a_persons_word_alone()
    {
        await using var site = Site.WithFolder("north", pickup, "south");
        await site.Gateway.StartAsync();
        await PostAsync(site, "partners/import", Entry);
        var added = Entry.Replace("] } ] }", """] }, { "id": "west", "name": "West", "addresses": ["gateway@west.example"], "keys": [] } ] }""", StringComparison.Ordinal);
        Assert.Equal("added", (string?)Assert.Single((await PostAsync(site, "partners/import", added)).Answer!["changes"]!.AsArray())!["kind"]);
        var other = OwnKey.Generate(KeyAlgorithm.Curve25519, "Other", DateTimeOffset.UtcNow, TimeSpan.FromDays(1)).Fingerprint;

        var refused = (await PostAsync(site, "partners/import", Entry.Replace(theirs.Fingerprint.Value, other.Value, StringComparison.Ordinal).Replace("gateway@south", "gw@south", StringComparison.Ordinal))).Answer!;

        Assert.Equal("GW7216", (string?)refused["refusal"]!["code"]);
        var south = refused["changes"]!.AsArray().Single(change => (string?)change!["partner"] == "south")!;
        Assert.Equal(("changed", theirs.Fingerprint.Value, other.Value), ((string?)south["kind"], (string?)south["keysRemoved"]![0], (string?)south["keysAdded"]![0]));
        Assert.Equal(("gateway@south.example", "gw@south.example"), ((string?)south["addressesRemoved"]![0], (string?)south["addressesAdded"]![0]));
        Assert.Equal("removed", (string?)refused["changes"]!.AsArray().Single(change => (string?)change!["partner"] == "west")!["kind"]);
        Assert.Equal(theirs.Fingerprint.Value, (string?)(await site.AskAsync("partners"))![0]!["keys"]![0]);
        Assert.Null((await PostAsync(site, "partners/import?acceptChanges=true", Entry.Replace(theirs.Fingerprint.Value, other.Value, StringComparison.Ordinal))).Answer!["refusal"]);
        Assert.Equal(other.Value, (string?)(await site.AskAsync("partners"))![0]!["keys"]![0]);
    }

    [Fact]
    public async Task A_key_may_be_binary_and_what_is_too_long_is_refused()
    {
        await using var site = Site.WithFolder("north", pickup, "south");
        await site.Gateway.StartAsync();

        Assert.Equal(theirs.Fingerprint.Value, (string?)(await site.PostAsync("keys/import", theirs.Public.Write())).Answer![0]!["fingerprint"]);
        Assert.Equal("GW7215", (string?)(await site.PostAsync("keys/import", new byte[5 << 20])).Answer![0]!["code"]);
    }

    [Theory]
    [InlineData("keys")]
    [InlineData("partners")]
    public async Task A_gateway_without_mail_says_so(string what)
    {
        await using var site = Site.WithFolder("north", pickup, "south", configuration =>
        {
            (configuration["mail"]!["transport"], configuration["mail"]!["address"]) = ("none", "");
            configuration["targets"]!["partners"] = new JsonArray();
        });
        await site.Gateway.StartAsync();

        var (status, refused) = await site.GetAsync(what);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("GW7214", (string?)refused![0]!["code"]);
        Assert.Equal("GW7214", (string?)(await PostAsync(site, $"{what}/import", "")).Answer![0]!["code"]);
    }

    private static DateTimeOffset ExpiryOf(JsonArray listed, string standing) => (DateTimeOffset)listed.Single(key => (string?)key!["standing"] == standing)!["expires"]!;

    private static Task<(HttpStatusCode Status, JsonNode? Answer)> PostAsync(Site site, string what, string body) => site.PostAsync(what, System.Text.Encoding.UTF8.GetBytes(body));
}
