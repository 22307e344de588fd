using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>
/// What hospitals' Windows do to us, switched on in turn on one machine of Wine's: each gives its own finding, destroys nothing of others', and once it is lifted the next
/// apply converges. Real here: the product, its PowerShell session, the registry; the faults are the rig's.
/// </summary>
public class FaultTests(FaultMachine machine) : IClassFixture<FaultMachine>
{
    [Theory]
    [InlineData("access-denied,german", Explicit = true)]
    [InlineData("netsecurity-missing", Explicit = true)]
    public async Task A_fault_gives_its_own_finding_and_the_apply_after_it_converges(string fault)
    {
        var cancel = TestContext.Current.CancellationToken;
        await machine.AppliedAsync(cancel);
        await FaultLife.MendAsync(machine, Fault.All[fault], cancel);
    }

    [Fact]
    public async Task A_whole_verify_is_one_process_of_PowerShell_and_at_most_30_pipelines()
    {
        var cancel = TestContext.Current.CancellationToken;
        await machine.AppliedAsync(cancel);
        await machine.Machine.UntilQuietAsync(cancel);
        var before = machine.Machine.Calls().Count;

        var clock = Stopwatch.StartNew();
        var verify = await machine.GwctlAsync("verify", cancel, "--json");
        Holding.Holds(verify, "changes");

        // It says itself what took how long.
        var rules = JsonNode.Parse(verify.Output)!["kinds"]!.AsArray().Single(kind => (string)kind!["kind"]! == "firewall-rule")!;
        Assert.Equal(4, (int)rules["resources"]!);
        Assert.InRange((int)rules["longestMilliseconds"]!, 1, (int)clock.ElapsedMilliseconds);
        var calls = machine.Machine.Calls().Skip(before).ToList();
        Assert.Single(calls.Select(call => call.Process).Distinct());
        Assert.InRange(calls.Count(call => call.IsPipeline), 10, 30);
        foreach (var module in (string[])["Get-NetFirewallRule", "Get-MpPreference", "Get-ScheduledTask", "Get-SmbShare", "Get-CimInstance"])
            Assert.Contains(module, calls.Select(call => call.Command));
    }
}
