using System.Diagnostics;
using System.Text.Json.Nodes;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>What a person sees and says of keys and partners: gwctl keys, gwctl partners.</summary>
public sealed class KeysTests : IDisposable
{
    private const string Passphrase = "open sesame";

    private readonly Site site = new();
    private readonly string home = Directory.CreateTempSubdirectory("gpg-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        using (var kill = Process.Start(new ProcessStartInfo("gpgconf", ["--homedir", home, "--kill", "all"]))!)
            kill.WaitForExit();
        Directory.Delete(home, recursive: true);
        site.Dispose();
    }

    [Fact(Explicit = true)]
    public async Task Keys_are_made_rotated_imported_and_laid_up_and_a_partner_is_taken_over()
    {
        using (var served = await ServedRehearsal.StartAsync(site))
        {
            (await AskAsync("keys", "list")).Refusing(1, "GW7214");
            (await AskAsync("partners", "list")).Refusing(1, "GW7214");
            await Signals.SendAsync(served.Process.Id, "INT");
            await served.EndAsync();
        }

        await GiveMailAsync();
        using var gateway = Gateway();
        while ((await AskAsync("keys", "list")).ExitCode != 0 && !gateway.HasExited)
            await Task.Delay(100, Cancellation); // it starts

        Assert.Matches("^own, signs +[0-9A-F]{40} +109[45] days left", (await AskAsync("keys", "new")).With(0).Output);
        (await AskAsync("keys", "new")).Refusing(1, "GW7218");
        var rotated = (await AskAsync("keys", "rotate", "--overlap-days", "10")).With(0).Output;
        var day = DateTimeOffset.UtcNow.AddDays(10).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains($"own, signs until {day}", rotated, StringComparison.Ordinal);
        Assert.Contains($"own, signs from {day}", rotated, StringComparison.Ordinal);

        var (partner, other) = (await KeyOfAsync("south"), await KeyOfAsync("other"));
        await GpgAsync("--output", PathOf("south.gpg"), "--export", partner); // binary
        Assert.StartsWith("quarantined", (await AskAsync("keys", "import", "--file", PathOf("south.gpg"))).With(0).Output, StringComparison.Ordinal);
        Assert.StartsWith("accepted", (await AskAsync("keys", "accept", "--fingerprint", partner)).With(0).Output, StringComparison.Ordinal);
        await WriteDirectoryAsync(partner);
        Assert.StartsWith("added     south", (await AskAsync("partners", "import", "--file", PathOf("partners.json"))).With(0).Output, StringComparison.Ordinal);
        await WriteDirectoryAsync(other);
        var refused = (await AskAsync("partners", "import", "--file", PathOf("partners.json"))).Refusing(1, "GW7216");
        Assert.Contains($"changed   south                 -{partner}  +{other}", refused.Output, StringComparison.Ordinal);
        (await AskAsync("partners", "import", "--accept-changes", "--file", PathOf("partners.json"))).With(0);

        await GpgAsync("--passphrase", Passphrase, "--output", PathOf("secret.asc"), "--armor", "--export-secret-keys", other);
        (await AskAsync("keys", "import", "--secret", "--file", PathOf("secret.asc"))).Refusing(1, "GW7220"); // nothing on standard input
        (await TypeAsync("wrong", "keys", "import", "--secret", "--file", PathOf("secret.asc"))).Refusing(1, "GW7221");
        Assert.Contains(other, (await TypeAsync(Passphrase, "keys", "import", "--secret", "--file", PathOf("secret.asc"))).With(0).Output, StringComparison.Ordinal);

        string[] escrow = ["escrow", "--recovery-key", PathOf("south.gpg"), "--output", PathOf("escrow.asc")];
        Assert.Contains(other, (await AskAsync("keys", escrow)).With(0).Output, StringComparison.Ordinal);
        (await AskAsync("keys", escrow)).Refusing(1, "GW7226");
        Assert.StartsWith("-----BEGIN PGP MESSAGE-----", await File.ReadAllTextAsync(PathOf("escrow.asc"), Cancellation), StringComparison.Ordinal);
        (await AskAsync("keys", "escrow", "--recovery-key", PathOf("south.gpg"), "--output", PathOf("no.asc"), "--fingerprint", partner)).Refusing(1, "GW7110");
        Assert.False(File.Exists(PathOf("no.asc")));
        gateway.Kill();
    }

    private string PathOf(string name) => Path.Combine(home, name);

    private async Task GiveMailAsync()
    {
        var configuration = JsonNode.Parse(await File.ReadAllTextAsync(site.GatewayConfiguration, Cancellation))!;
        var mail = configuration["mail"]!;
        (mail["transport"], mail["address"], mail["folder"]) = ("folder", "gateway@north.example", @"D:\VISUS\data\pickup");
        await File.WriteAllTextAsync(site.GatewayConfiguration, configuration.ToJsonString(), Cancellation);
    }

    private Task WriteDirectoryAsync(string key) => File.WriteAllTextAsync(
        PathOf("partners.json"), $$"""{ "formatVersion": 1, "partners": [ { "id": "south", "name": "South", "addresses": ["gateway@south.example"], "keys": ["{{key}}"] } ] }""", Cancellation);

    private async Task<string> KeyOfAsync(string name)
    {
        await GpgAsync("--passphrase", name == "other" ? Passphrase : "", "--quick-generate-key", $"{name} <{name}@partner.example>", "future-default", "default", "1y");
        return (await GpgAsync("--with-colons", "--list-keys", $"{name}@partner.example")).Split('\n').First(line => line.StartsWith("fpr", StringComparison.Ordinal)).Split(':')[9];
    }

    private async Task<string> GpgAsync(params string[] arguments)
    {
        var ended = await CommandLine.RunProgramAsync("gpg", ["--homedir", home, "--batch", "--yes", "--no-tty", "--pinentry-mode", "loopback", .. arguments]);
        Assert.True(ended.ExitCode == 0, ended.ToString());
        return ended.Output;
    }

    private string[] ArgumentsOf(string command, string[] more) => [command, more[0], site.Manifest, "--overlay", site.Overlay, "--root", site.Root, .. more[1..]];

    private Task<Ended> AskAsync(string command, params string[] more) => CommandLine.RunAsync(ArgumentsOf(command, more));

    private async Task<Ended> TypeAsync(string typed, string command, params string[] more)
    {
        using var process = Process.Start(new ProcessStartInfo(CommandLine.Program, ArgumentsOf(command, more)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await process.StandardInput.WriteLineAsync(typed);
        process.StandardInput.Close();
        return await CommandLine.EndOfAsync(process);
    }

    private Process Gateway() => Process.Start(new ProcessStartInfo(
        Path.Combine(Path.GetDirectoryName(CommandLine.Program)!, "Gateway.Service"), ["--config", site.GatewayConfiguration, "--drives", site.Root, "--rehearsal"])
    {
        RedirectStandardInput = true, // it ends with it
    })!;
}
