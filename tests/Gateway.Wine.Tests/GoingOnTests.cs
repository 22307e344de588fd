using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>An apply that is killed on a Windows of Wine's is gone on with by the service GatewayProvisioning, whatever the point.</summary>
public class GoingOnTests(PreparedWine prepared)
{
    [Fact]
    public Task An_apply_that_is_killed_at_two_points_is_gone_on_with() => KillAndGoOnAsync([3, 17]);

    [Fact(Explicit = true)]
    public Task An_apply_that_is_killed_at_six_random_points_is_gone_on_with()
    {
        var random = new Random(20261124);
        return KillAndGoOnAsync([.. Enumerable.Range(0, 6).Select(_ => random.Next(1, 20))]);
    }

    private async Task KillAndGoOnAsync(int[] points)
    {
        Assert.SkipWhen(prepared.Missing is not null, prepared.Missing ?? "");
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await WineMachine.StartAsync(prepared, cancel);
        await machine.WriteManifestAsync("", cancel);
        await machine.KeepSecretAsync(cancel);
        var built = await machine.GwctlAsync(cancel, ["apply", .. WineMachine.Manifest]);
        Assert.True(built.ExitCode == 2, built.ToString()); // but for what cannot be looked at
        Assert.Contains("RUNNING", await machine.ServiceAsync("GatewayProvisioning", cancel), StringComparison.Ordinal);
        var killed = 0;
        foreach (var point in points)
        {
            // Without the service gwctl applies in its own process, and dies with its run.
            await machine.RunAsync(cancel, "sc", "stop", "GatewayProvisioning");
            await machine.DriftAsync(cancel);
            if (await machine.KillApplyAsync(machine.JournalLines() + point, cancel))
                killed++;
            await machine.RunAsync(cancel, "sc", "start", "GatewayProvisioning");
            await machine.UntilRunFinishedAsync(cancel);
            var plan = await machine.GwctlAsync(cancel, ["plan", .. WineMachine.Manifest]);
            Assert.True(plan.ExitCode == 0, $"killed at line {point}: {plan}");
        }

        Assert.True(killed > points.Length / 2, $"only {killed} of {points.Length} were killed before they were done");
        Assert.Equal(killed, machine.JournalCount("runResumed"));
        while ((await machine.GwctlAsync(cancel, ["rollback", .. WineMachine.Manifest])).ExitCode == 0)
            Assert.NotEqual("runStarted", (string?)machine.LastOfJournal()?["event"]);
        Assert.Empty(machine.FirewallRules());
        Assert.DoesNotContain("SERVICE_NAME", await machine.ServiceAsync("GatewayProvisioning", cancel), StringComparison.Ordinal);
    }
}
