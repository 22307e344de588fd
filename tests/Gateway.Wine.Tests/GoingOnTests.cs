using System.Globalization;
using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>An apply that is killed on a Windows of Wine's is gone on with by the service GatewayProvisioning, whatever the point.</summary>
public class GoingOnTests(PreparedWine prepared)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public Task An_apply_that_is_killed_at_two_points_is_gone_on_with() => KillAndGoOnAsync([(3, TimeSpan.Zero), (17, TimeSpan.Zero)]);

    [Fact(Explicit = true)]
    public async Task An_apply_that_is_killed_at_twenty_random_points_is_gone_on_with()
    {
        var seed = Environment.GetEnvironmentVariable("GATEWAY_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"GATEWAY_SEED={seed}");
        var random = new Random(seed);
        var points = Enumerable.Range(0, 20).Select(_ => (random.Next(1, 40), TimeSpan.FromMilliseconds(random.Next(200)))).ToArray();
        await Task.WhenAll(points.Chunk(points.Length / 2).Select(KillAndGoOnAsync));
    }

    private async Task KillAndGoOnAsync((int Line, TimeSpan After)[] points)
    {
        Assert.SkipWhen(prepared.Missing is not null, prepared.Missing ?? "");
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await WineMachine.StartAsync(prepared, cancel);
        await machine.WriteManifestAsync("", cancel);
        var created = await machine.RunAsync(cancel, "sc", "create", "GatewayProvisioning", "binPath=", $@"{WineMachine.Gwctl} service", "start=", "auto");
        Assert.True(created.ExitCode == 0, created.ToString());
        await machine.KeepSecretAsync(cancel);
        var killed = 0;
        foreach (var point in points)
        {
            if (await machine.KillApplyAsync(machine.JournalLines() + point.Line, point.After, cancel))
                killed++;
            await machine.RunAsync(cancel, "sc", "start", "GatewayProvisioning");
            await machine.UntilRunFinishedAsync(Patience, cancel);
            await machine.RunAsync(cancel, "sc", "stop", "GatewayProvisioning");
            var plan = await machine.GwctlAsync(cancel, ["plan", .. WineMachine.Manifest]);
            Assert.True(plan.ExitCode == 0, $"killed at {point}: {plan}");
            var back = await machine.GwctlAsync(cancel, ["rollback", .. WineMachine.Manifest]);
            Assert.True(back.ExitCode == 0, $"killed at {point}: {back}");
            Assert.Empty(machine.FirewallRules());
        }

        Assert.True(killed > points.Length / 2, $"only {killed} of {points.Length} were killed before they were done");
    }
}
