using System.Text.Json.Nodes;
using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>
/// On an appliance that the engine has built, gwctl hands its work to the service that it made, through a named pipe of Wine's. Wine runs the service's process
/// and tells which it is; who may open the pipe it only pretends.
/// </summary>
public class HandOverTests(PreparedWine prepared)
{
    [Fact(Explicit = true)]
    public async Task The_service_that_the_engine_made_applies_what_it_is_handed_and_is_taken_back_last()
    {
        Assert.SkipWhen(prepared.Missing is not null, prepared.Missing ?? "");
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await WineMachine.StartAsync(prepared, cancel);
        await machine.WriteManifestAsync("", cancel);
        await machine.KeepSecretAsync(cancel);
        Task<Ended> Gwctl(string command, params string[] more) => machine.GwctlAsync(cancel, [command, .. WineMachine.Manifest, .. more]);

        // Before installation gwctl applies itself, and makes the service with the source of its events.
        var alone = await Gwctl("apply", "--json");
        Assert.True(alone.ExitCode == 2, alone.ToString());
        Assert.Contains("RUNNING", await machine.ServiceAsync("GatewayProvisioning", cancel), StringComparison.Ordinal);
        Assert.Contains(@"D:\VISUS\gateway\0.1.0\System.Diagnostics.EventLog.Messages.dll", await SourceAsync(machine, cancel), StringComparison.Ordinal);
        Assert.Contains(@"D:\VISUS\gateway\0.1.0\System.Diagnostics.EventLog.Messages.dll", await SourceAsync(machine, cancel, "DicomMailGateway"), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(machine.DriveD, "VISUS", "gateway", "0.1.0", "System.Diagnostics.EventLog.Messages.dll")));
        await machine.UntilStandingAsync("failed", cancel); // what cannot be looked at here is not said to hold

        // Handed over, it ends as it did in gwctl's own process.
        var again = await Gwctl("apply", "--json");
        Assert.True(again.ExitCode == 2, again.ToString());
        Assert.Equal("", again.Error);
        var (before, after) = (JsonNode.Parse(alone.Output)!.AsObject(), JsonNode.Parse(again.Output)!.AsObject());
        Assert.Equal(before.Select(member => member.Key), after.Select(member => member.Key));
        Assert.Equal(before["left"]!.ToJsonString(), after["left"]!.ToJsonString());
        Assert.Equal(0, (int)after["changed"]!);

        // Whoever asked is killed: the run is the service's, and ends as one.
        await machine.DriftAsync(cancel);
        Assert.True(await machine.KillApplyAsync(machine.JournalLines() + 3, TimeSpan.Zero, cancel), "it was done before it could be killed");
        await machine.UntilRunFinishedAsync(TimeSpan.FromMinutes(3), cancel);
        Assert.Equal("applied", (string?)machine.LastOfJournal()!["outcome"]);
        Assert.Equal(0, machine.JournalCount("runResumed"));
        var plan = await Gwctl("plan");
        Assert.True(plan.ExitCode == 0, plan.ToString());

        // The service takes back its own work; the run that made it is gwctl's to take back, and it goes with it.
        Assert.Equal("applied", (string?)machine.LastOfJournal()!["outcome"]);
        var first = await Gwctl("rollback");
        Assert.True(first.ExitCode == 0, first.ToString());
        Assert.Contains("RUNNING", await machine.ServiceAsync("GatewayProvisioning", cancel), StringComparison.Ordinal);
        var last = await Gwctl("rollback");
        Assert.True(last.ExitCode == 0, last.ToString());
        Assert.DoesNotContain("GW3202: service", last.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("SERVICE_NAME", await machine.ServiceAsync("GatewayProvisioning", cancel), StringComparison.Ordinal);
        Assert.DoesNotContain("EventLog.Messages", await SourceAsync(machine, cancel), StringComparison.Ordinal);
        Assert.DoesNotContain("EventLog.Messages", await SourceAsync(machine, cancel, "DicomMailGateway"), StringComparison.Ordinal);
        Assert.Empty(machine.FirewallRules());

        // A program that has taken the pipe's name and is no service of Windows' is told nothing. (There is nothing to take back, as long as it does not answer.)
        using var stranger = machine.StartGwctl("service");
        var asked = await Gwctl("rollback");
        for (var waited = 0; waited < 60 && asked.Error.Contains("GW3103", StringComparison.Ordinal); waited++)
        {
            await Task.Delay(500, cancel);
            asked = await Gwctl("rollback");
        }

        Assert.True(asked.ExitCode == 1 && asked.Error.Contains("GW3404", StringComparison.Ordinal), asked.ToString());
    }

    private static async Task<string> SourceAsync(WineMachine machine, CancellationToken cancel, string source = "GatewayProvisioning") =>
        (await machine.RunAsync(cancel, "reg", "query", @"HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\" + source, "/v", "EventMessageFile", "/reg:64")).Output;
}
