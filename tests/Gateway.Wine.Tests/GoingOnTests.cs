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

    // The lines that a run writes at least: where the first blow falls, before a run was counted.
    private const int LeastLines = 20;

    [Fact]
    public Task A_first_apply_that_is_killed_is_gone_on_with() => KillFirstAppliesAsync([(0.5, TimeSpan.Zero)]);

    [Fact(Explicit = true)]
    public Task A_later_apply_that_is_killed_is_gone_on_with() => KillLaterAppliesAsync([(0.2, TimeSpan.Zero)]);

    [Fact(Explicit = true)]
    public async Task Applies_that_are_killed_at_ten_random_points_are_gone_on_with()
    {
        var seed = Environment.GetEnvironmentVariable("GATEWAY_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"GATEWAY_SEED={seed}");
        var random = new Random(seed);
        (double, TimeSpan)[] Points() => [.. Enumerable.Range(0, 5).Select(_ => (random.NextDouble(), TimeSpan.FromMilliseconds(random.Next(60))))];
        await Task.WhenAll(KillFirstAppliesAsync(Points()), KillLaterAppliesAsync(Points()));
    }

    // The line that stands at this part of a run: runs grow with the manifest and shrink in time with the compiler, and a blow shall meet each of them at work.
    private static int LineAt(double part, int lines) => 1 + (int)(part * (lines - 2));

    private async Task KillFirstAppliesAsync((double Part, TimeSpan After)[] points)
    {
        Assert.SkipWhen(prepared.Missing is not null, prepared.Missing ?? "");
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await WineMachine.StartAsync(prepared, cancel);
        await machine.WriteManifestAsync("", cancel);
        await machine.KeepSecretAsync(cancel);
        var (killed, lines) = (0, LeastLines);
        foreach (var point in points)
        {
            var before = machine.JournalLines();
            if (await machine.KillApplyAsync(before + LineAt(point.Part, lines), point.After, cancel))
                killed++;
            using (var service = machine.StartGwctl("service"))
            {
                await machine.UntilRunFinishedAsync(Patience, cancel);
                service.Kill(entireProcessTree: true);
            }

            lines = machine.JournalLines() - before;
            var plan = await machine.GwctlAsync(cancel, ["plan", .. WineMachine.Manifest]);
            Assert.True(plan.ExitCode == 0, $"killed at {point}: {plan}");
            var back = await machine.GwctlAsync(cancel, ["rollback", .. WineMachine.Manifest]);
            Assert.True(back.ExitCode == 0, $"killed at {point}: {back}");
            Assert.Empty(machine.FirewallRules());
        }

        Assert.True(killed > points.Length / 2, $"only {killed} of {points.Length} were killed before they were done");
    }

    private async Task KillLaterAppliesAsync((double Part, TimeSpan After)[] points)
    {
        Assert.SkipWhen(prepared.Missing is not null, prepared.Missing ?? "");
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await WineMachine.StartAsync(prepared, cancel);
        await machine.WriteManifestAsync("", cancel);
        await machine.KeepSecretAsync(cancel);
        Holding.Holds(await machine.GwctlAsync(cancel, ["apply", .. WineMachine.Manifest, "--json"]), "left");
        Assert.Contains("RUNNING", await machine.ServiceAsync("GatewayProvisioning", cancel), StringComparison.Ordinal);
        var (killed, open, lines) = (0, 0, LeastLines);
        foreach (var point in points)
        {
            // Without the service gwctl applies in its own process, and dies with its run.
            await machine.RunAsync(cancel, "sc", "stop", "GatewayProvisioning");
            await machine.DriftAsync(cancel);
            var before = machine.JournalLines();
            if (await machine.KillApplyAsync(before + LineAt(point.Part, lines), point.After, cancel))
                killed++;
            if ((string?)machine.LastOfJournal()?["event"] != "runFinished")
                open++; // some had written their last line before the blow
            await machine.RunAsync(cancel, "sc", "start", "GatewayProvisioning");
            await machine.UntilRunFinishedAsync(Patience, cancel);
            lines = machine.JournalLines() - before;
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
