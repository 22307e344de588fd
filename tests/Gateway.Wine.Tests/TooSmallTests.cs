using System.Text.Json.Nodes;
using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>What site IT sees first: whether the machine is good enough. Its drives are real here; its processors are what the rig's WMI says.</summary>
public class TooSmallTests(PreparedWine prepared)
{
    [Fact]
    public async Task A_machine_that_is_too_small_is_refused_with_a_list_of_what_it_lacks()
    {
        Assert.SkipWhen(prepared.Missing is not null, prepared.Missing ?? "");
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await WineMachine.StartAsync(prepared, cancel, driveD: "20G");
        await machine.WriteManifestAsync("", cancel);
        await machine.KeepSecretAsync(cancel);
        machine.ChangeState(state => state["cim"] = new JsonObject { ["instances"] = new JsonObject { ["Win32_Processor"] = new JsonArray(new JsonObject { ["NumberOfCores"] = 4 }) } });

        var preflight = await machine.GwctlAsync(cancel, ["preflight", .. WineMachine.Manifest]);
        Assert.True(preflight.ExitCode == 3, preflight.ToString());
        Assert.Matches(@"HW-3 +not met", preflight.Output);
        Assert.Contains("expected D: has 50 GB, 1 % tolerance; before the first installation 20 GB of it free; found 21.5 GB", preflight.Output, StringComparison.Ordinal);
        Assert.Matches(@"HW-1 +deviation", preflight.Output);
        Assert.Contains("expected 8 cores; found 4 cores", preflight.Output, StringComparison.Ordinal);
        Assert.Matches(@"HW-2 +met", preflight.Output);
        Assert.Matches(@"HW-4 +met", preflight.Output);
        Assert.Contains("1 not met", preflight.Output, StringComparison.Ordinal);
    }
}
