using System.Globalization;
using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>
/// An apply that is killed on a Windows of Wine's is gone on with by GatewayProvisioning, whatever the point. A first installation has no such service yet: there the program runs in service
/// mode, as the installer would start it. On a built machine it is the service that the engine made.
/// </summary>
public class GoingOnTests(PreparedWine prepared)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public Task A_first_apply_that_is_killed_is_gone_on_with() => KillFirstAppliesAsync([(17, TimeSpan.Zero)]);

    [Fact]
    public Task A_later_apply_that_is_killed_is_gone_on_with() => KillLaterAppliesAsync([(3, TimeSpan.Zero)]);

    [Fact(Explicit = true)]
    public async Task Applies_that_are_killed_at_twenty_random_points_are_gone_on_with()
    {
        var seed = Environment.GetEnvironmentVariable("GATEWAY_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"GATEWAY_SEED={seed}");
        var random = new Random(seed);
        (int, TimeSpan)[] Points(int most) => [.. Enumerable.Range(0, 10).Select(_ => (random.Next(1, most), TimeSpan.FromMilliseconds(random.Next(200))))];
        await Task.WhenAll(KillFirstAppliesAsync(Points(60)), KillLaterAppliesAsync(Points(20)));
    }

    private async Task KillFirstAppliesAsync((int Line, TimeSpan After)[] points)
    {
        Assert.SkipWhen(prepared.Missing is not null, prepared.Missing ?? "");
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await WineMachine.StartAsync(prepared, cancel);
        await machine.WriteManifestAsync("", cancel);
        await machine.KeepSecretAsync(cancel);
        var killed = 0;
        foreach (var point in points)
        {
            if (await machine.KillApplyAsync(machine.JournalLines() + point.Line, point.After, cancel))
                killed++;
            using (var service = machine.StartGwctl("service"))
            {
                await machine.UntilRunFinishedAsync(Patience, cancel);
                service.Kill(entireProcessTree: true);
            }

            var plan = await machine.GwctlAsync(cancel, ["plan", .. WineMachine.Manifest]);
            Assert.True(plan.ExitCode == 0, $"killed at {point}: {plan}");
            var back = await machine.GwctlAsync(cancel, ["rollback", .. WineMachine.Manifest]);
            Assert.True(back.ExitCode == 0, $"killed at {point}: {back}");
            Assert.Empty(machine.FirewallRules());
        }

        Assert.True(killed > points.Length / 2, $"only {killed} of {points.Length} were killed before they were done");
    }

    private async Task KillLaterAppliesAsync((int Line, TimeSpan After)[] points)
    {
        Assert.SkipWhen(prepared.Missing is not null, prepared.Missing ?? "");
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await WineMachine.StartAsync(prepared, cancel);
        await machine.WriteManifestAsync("", cancel);
        await machine.KeepSecretAsync(cancel);
        Holding.Holds(await machine.GwctlAsync(cancel, ["apply", .. WineMachine.Manifest, "--json"]), "left");
        Assert.Contains("RUNNING", await machine.ServiceAsync("GatewayProvisioning", cancel), StringComparison.Ordinal);
        var (killed, open) = (0, 0);
        foreach (var point in points)
        {
            // Without the service gwctl applies in its own process, and dies with its run.
            await machine.RunAsync(cancel, "sc", "stop", "GatewayProvisioning");
            await machine.DriftAsync(cancel);
            if (await machine.KillApplyAsync(machine.JournalLines() + point.Line, point.After, cancel))
                killed++;
            if ((string?)machine.LastOfJournal()?["event"] != "runFinished")
                open++; // some had written their last line before the blow
            await machine.RunAsync(cancel, "sc", "start", "GatewayProvisioning");
            await machine.UntilRunFinishedAsync(Patience, cancel);
            var plan = await machine.GwctlAsync(cancel, ["plan", .. WineMachine.Manifest]);
            Assert.True(plan.ExitCode == 0, $"killed at {point}: {plan}");
        }

        Assert.True(killed > points.Length / 2, $"only {killed} of {points.Length} were killed before they were done");
        Assert.Equal(open, machine.JournalCount("runResumed"));
        Assert.True(open > points.Length / 2, $"only {open} of {points.Length} runs were left open");
        while ((await machine.GwctlAsync(cancel, ["rollback", .. WineMachine.Manifest])).ExitCode == 0)
            Assert.NotEqual("runStarted", (string?)machine.LastOfJournal()?["event"]);
        Assert.Empty(machine.FirewallRules());
        Assert.DoesNotContain("SERVICE_NAME", await machine.ServiceAsync("GatewayProvisioning", cancel), StringComparison.Ordinal);
    }
}
