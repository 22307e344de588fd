using System.Diagnostics;
using System.Text.Json.Nodes;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>What an administrator sees and says where the gateway was set back: gwctl gateway reconcile.</summary>
public sealed class ReconcileTests
{
    [Fact(Explicit = true)]
    public async Task A_gateway_that_was_set_back_shows_what_to_compare_and_sends_again_on_a_persons_word()
    {
        using var site = new Site();
        using (var served = await ServedRehearsal.StartAsync(site))
        {
            Assert.Contains("sending is not paused", (await AskAsync(site, "reconcile")).With(0).Output);
            (await AskAsync(site, "reconcile", "--by", "Site IT")).Refusing(1, "GW7105");
            await Signals.SendAsync(served.Process.Id, "INT");
            await served.EndAsync();
        }

        var file = Path.Combine(site.Root, "D", "VISUS", "data", "witness.json");
        var witness = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        witness["line"] = (long)witness["line"]! + 1; // as if a line more had been on the device before the volume was set back
        await File.WriteAllTextAsync(file, witness.ToJsonString(), TestContext.Current.CancellationToken);

        using var again = Gateway(site); // a rehearsal would find it not healthy, and end
        Ended queue;
        do
            queue = await AskAsync(site, "queue");
        while (queue.ExitCode != 0 && !again.HasExited); // it starts
        Assert.Contains("sending is paused since", queue.With(0).Output);
        var shown = (await AskAsync(site, "reconcile")).With(0).Output;
        Assert.Contains("the ledger lacks its line", shown);
        Assert.Contains("in the ledger without an image 0, images without a line 0", shown);
        Assert.True((bool)JsonNode.Parse((await AskAsync(site, "reconcile", "--json")).With(0).Output)!["sending"]!["isPaused"]!);

        Assert.Contains("reconciled by Site IT: sending goes on", (await AskAsync(site, "reconcile", "--by", "Site IT")).With(0).Output);
        Assert.DoesNotContain("paused", (await AskAsync(site, "queue")).With(0).Output);
        again.Kill();
    }

    private static Process Gateway(Site site) => Process.Start(new ProcessStartInfo(
        Path.Combine(Path.GetDirectoryName(CommandLine.Program)!, "Gateway.Service"), ["--config", site.GatewayConfiguration, "--drives", site.Root, "--rehearsal"])
    {
        RedirectStandardInput = true, // it ends with it
    })!;

    private static Task<Ended> AskAsync(Site site, string verb, params string[] more) =>
        CommandLine.RunAsync(["gateway", verb, site.Manifest, "--overlay", site.Overlay, "--root", site.Root, .. more]);
}
