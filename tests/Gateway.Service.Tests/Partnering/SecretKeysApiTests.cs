using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.DicomMail.OpenPgp;
using Xunit;

namespace Gateway.Service.Tests.Partnering;

/// <summary>Secret keys come in from gpg with their passphrase, and go out to the recovery key alone.</summary>
public sealed class SecretKeysApiTests : IDisposable
{
    private const string Passphrase = "sésame, öffne dich";

    private readonly string pickup = Directory.CreateTempSubdirectory("pickup-").FullName;

    public void Dispose() => Directory.Delete(pickup, recursive: true);

    [Theory]
    [InlineData("future-default")]
    [InlineData("rsa3072")]
    public async Task A_key_of_gpg_is_imported_with_its_passphrase_and_signs(string algorithm)
    {
        await using var site = Site.WithFolder("north", pickup, "south", keyMade: DateTimeOffset.UtcNow.AddYears(-2));
        await site.Gateway.StartAsync();
        using var gpg = new GnuPg();
        gpg.Run("--passphrase", Passphrase, "--quick-generate-key", "Gateway <gateway@north.example>", algorithm, "default", "1y");
        var fingerprint = FingerprintOf(gpg);
        if (algorithm == "rsa3072")
            gpg.Run("--passphrase", Passphrase, "--quick-add-key", fingerprint, "rsa3072", "encr", "1y");
        var file = Exported(gpg, fingerprint);

        Assert.Equal("GW7220", await CodeAsync(site, file, null));
        Assert.Equal("GW7221", await CodeAsync(site, file, "open"));
        var own = (await SendAsync(site, file, Passphrase)).Answer!.AsArray();

        Assert.Equal(fingerprint, (string?)own.Single(key => (bool)key!["signs"]!)!["fingerprint"]);
        Assert.DoesNotContain(Passphrase, site.Gateway.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", own.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_used_is_refused_with_its_code()
    {
        await using var site = Site.WithFolder("north", pickup, "south");
        await site.Gateway.StartAsync();
        using var gpg = new GnuPg();
        gpg.Run("--passphrase", "", "--quick-generate-key", "Weak <weak@north.example>", "rsa2048", "default", "1y");
        var weak = FingerprintOf(gpg);
        gpg.Run("--passphrase", "", "--quick-add-key", weak, "rsa2048", "encr", "1y");
        var expired = OwnKey.Generate(KeyAlgorithm.Curve25519, "Expired", DateTimeOffset.UtcNow.AddDays(-2), TimeSpan.FromDays(1));
        var good = OwnKey.Generate(KeyAlgorithm.Curve25519, "Good", DateTimeOffset.UtcNow.AddDays(-2), TimeSpan.FromDays(10));
        using var stub = new GnuPg(good);
        stub.Run("--output", stub.FileOf("stub"), "--export-secret-subkeys", good.Fingerprint.Value);

        Assert.Equal("GW7223", await CodeAsync(site, Exported(gpg, weak), null));
        Assert.Equal("GW7224", await CodeAsync(site, expired.Write(), null));
        Assert.Equal("GW7224", await CodeAsync(site, await File.ReadAllBytesAsync(stub.FileOf("stub"), TestContext.Current.CancellationToken), null));
        Assert.Equal("GW7222", await CodeAsync(site, good.Public.Write(), null));
        Assert.Equal("GW7222", (string?)(await site.PostAsync("keys/secret", "no JSON"u8.ToArray())).Answer![0]!["code"]);
        Assert.Single(site.Folders.ReadKeys().Own);
    }

    [Fact]
    public async Task Whoever_has_the_recovery_key_has_our_keys_again_and_opens_our_messages_with_gpg()
    {
        await using var site = Site.WithFolder("north", pickup, "south");
        await site.Gateway.StartAsync();
        await site.PostAsync("keys/rotate?algorithm=rsa3072&years=1&overlapDays=30", []);
        var recovery = OwnKey.Generate(KeyAlgorithm.Rsa3072, "Safe of the hospital", DateTimeOffset.UtcNow.AddDays(-1), TimeSpan.FromDays(3650));

        var laidUp = (await site.PostAsync("keys/escrow", Encoding.ASCII.GetBytes(recovery.Public.ToArmor()))).Answer!;

        Assert.Equal(2, laidUp["keys"]!.AsArray().Count);
        using var gpg = new GnuPg(recovery);
        gpg.Run("--import", gpg.Write("ours", site.Key.Public.Write())); // whose signature it is
        gpg.Run("--output", gpg.FileOf("keys"), "--decrypt", gpg.Write("escrow", Encoding.ASCII.GetBytes((string)laidUp["armored"]!)));
        Assert.StartsWith("-----BEGIN PGP PRIVATE KEY BLOCK-----", await File.ReadAllTextAsync(gpg.FileOf("keys"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        gpg.Run("--import", gpg.FileOf("keys"));
        foreach (var own in site.Folders.ReadKeys().Own)
        {
            using var message = new MemoryStream();
            await using (var sealing = EncryptingStream.Open(message, recovery, [own.Public], Compression.Fast, DateTimeOffset.UtcNow))
            {
                sealing.Write("a study"u8);
                sealing.Complete();
            }

            gpg.Run("--output", gpg.FileOf("opened"), "--decrypt", gpg.Write("message", message.ToArray()));
            Assert.Equal("a study", await File.ReadAllTextAsync(gpg.FileOf("opened"), TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task One_key_alone_is_laid_up_and_what_is_no_recovery_key_is_refused()
    {
        await using var site = Site.WithFolder("north", pickup, "south");
        await site.Gateway.StartAsync();
        var recovery = OwnKey.Generate(KeyAlgorithm.Curve25519, "Safe", DateTimeOffset.UtcNow.AddDays(-1), TimeSpan.FromDays(10));
        var ended = OwnKey.Generate(KeyAlgorithm.Curve25519, "Safe", DateTimeOffset.UtcNow.AddDays(-2), TimeSpan.FromDays(1));

        Assert.Equal(site.Key.Fingerprint.Value, (string?)Assert.Single((await site.PostAsync($"keys/escrow?fingerprint={site.Key.Fingerprint}", recovery.Public.Write())).Answer!["keys"]!.AsArray()));
        Assert.Equal(HttpStatusCode.NotFound, (await site.PostAsync($"keys/escrow?fingerprint={recovery.Fingerprint}", recovery.Public.Write())).Status);
        foreach (var wrong in new[] { "no key"u8.ToArray(), ended.Public.Write(), site.Key.Public.Write(), [.. recovery.Public.Write(), .. ended.Public.Write()] })
            Assert.Equal("GW7225", (string?)(await site.PostAsync("keys/escrow", wrong)).Answer![0]!["code"]);
    }

    private static string FingerprintOf(GnuPg gpg) => gpg.Run("--with-colons", "--list-secret-keys").Split('\n').First(line => line.StartsWith("fpr", StringComparison.Ordinal)).Split(':')[9];

    private static byte[] Exported(GnuPg gpg, string fingerprint)
    {
        gpg.Run("--passphrase", Passphrase, "--armor", "--output", gpg.FileOf("secret"), "--export-secret-keys", fingerprint);
        return File.ReadAllBytes(gpg.FileOf("secret"));
    }

    private static async Task<string?> CodeAsync(Site site, byte[] file, string? passphrase) => (string?)(await SendAsync(site, file, passphrase)).Answer![0]!["code"];

    private static Task<(HttpStatusCode Status, JsonNode? Answer)> SendAsync(Site site, byte[] file, string? passphrase) =>
        site.PostAsync("keys/secret", JsonSerializer.SerializeToUtf8Bytes(new { key = file, passphrase }));
}
