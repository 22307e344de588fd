using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>A secret is kept under its name, comes from standard input alone, and stands nowhere else.</summary>
public sealed class SecretTests
{
    private const string Secret = "s3cret-of-the-test";

    [Fact]
    public async Task A_secret_that_is_kept_can_be_reached_and_stands_nowhere()
    {
        using var site = new Site();
        site.WriteOverlay(new() { ["monitoring"] = new System.Text.Json.Nodes.JsonObject { ["registration"] = "secret:one-more" } });
        Assert.Contains("the machine's store holds no secret 'one-more'", (await site.RunAsync("preflight")).With(3).Output, StringComparison.Ordinal);
        var kept = (await KeepAsync(site, "one-more", Secret + "\r\n")).With(0);
        Assert.DoesNotContain(Secret, kept.Output + kept.Errors, StringComparison.Ordinal);
        (await site.RunAsync("preflight")).With(0);
        Assert.All(Directory.GetFiles(site.Folder, "*", SearchOption.AllDirectories), file => Assert.DoesNotContain(Secret, File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_and_a_name_that_is_none_are_refused()
    {
        using var site = new Site();
        (await KeepAsync(site, "one-more", "")).Refusing(64, "GW0012");
        (await KeepAsync(site, "One More", Secret)).Refusing(64, "GW0011");
    }

    [Fact]
    public async Task Help_holds_an_example_without_a_secret() =>
        Assert.Contains("  gwctl secret monitoring-registration appliance.json < ", (await CommandLine.RunAsync("secret", "--help")).With(0).Output, StringComparison.Ordinal);

    private static async Task<Ended> KeepAsync(Site site, string name, string secret)
    {
        var file = site.PathOf("input");
        await File.WriteAllTextAsync(file, secret, TestContext.Current.CancellationToken);
        var ended = await CommandLine.RunProgramAsync(
            "/bin/sh", ["-c", "exec \"$0\" secret \"$1\" \"$2\" --overlay \"$3\" --root \"$4\" < \"$5\"", CommandLine.Program, name, site.Manifest, site.Overlay, site.Root, file]);
        File.Delete(file);
        return ended;
    }
}
