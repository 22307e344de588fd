using System.Text.Json;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>The service that looks after an installed appliance goes on with what was cut off, says where the machine stands, and mends no drift.</summary>
public sealed class ServiceTests
{
    [Theory]
    [InlineData(1, Explicit = true)]
    [InlineData(20)]
    public async Task It_goes_on_with_an_apply_that_was_killed(int lines)
    {
        using var site = new Site();
        await KilledApplyTests.KillAtAsync(site, lines);
        using var service = await RunningService.StartAsync(site);
        await RunningService.UntilAsync(site, "verified");
        Assert.Equal(JsonValueKind.Null, (await site.RunAsync("status", "--json")).With(0).Json().GetProperty("open").ValueKind);
        (await site.RunAsync("plan")).With(0);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(site.State, "reports"), "compliance-*.html"));
        await service.StopAsync();
    }

    [Fact]
    public async Task It_goes_on_with_a_rollback_that_was_killed_and_leaves_what_was_taken_back()
    {
        using var site = new Site();
        (await site.RunAsync("apply")).With(0);
        using (var rollback = CommandLine.Start(CommandLine.Program, site.ArgumentsOf("rollback")))
        {
            await JournalWatch.UntilGrownByAsync(site.Journal, 10);
            rollback.Kill();
            Assert.Equal(137, (await CommandLine.EndOfAsync(rollback)).ExitCode);
        }

        using var service = await RunningService.StartAsync(site);
        await RunningService.UntilAsync(site, "pending");
        Assert.Empty(site.Listing());
        await service.StopAsync();
    }

    [Fact(Explicit = true)]
    public async Task It_goes_on_within_the_plan_that_somebody_approved()
    {
        using var site = new Site();
        (await site.RunAsync("plan", "--out", site.PathOf("plan.json"))).With(2);
        using (var apply = CommandLine.Start(CommandLine.Program, site.ArgumentsOf("apply", "--plan", site.PathOf("plan.json"))))
        {
            await JournalWatch.UntilGrownByAsync(site.Journal, 12);
            apply.Kill();
            await CommandLine.EndOfAsync(apply);
        }

        File.Delete(site.PathOf("plan.json"));
        using var service = await RunningService.StartAsync(site);
        await RunningService.UntilAsync(site, "verified");
        await service.StopAsync();
    }

    [Fact]
    public async Task It_says_that_the_machine_drifted_and_mends_nothing()
    {
        using var site = new Site();
        (await site.RunAsync("apply")).With(0);
        File.AppendAllText(site.GatewayConfiguration, " ");
        using var service = await RunningService.StartAsync(site);
        await RunningService.UntilAsync(site, "failed");
        Assert.EndsWith(" ", await File.ReadAllTextAsync(site.GatewayConfiguration, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("file/gateway-config differs", await service.StopAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_the_first_apply_it_waits()
    {
        using var site = new Site();
        using var service = await RunningService.StartAsync(site);
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        Assert.False(Directory.Exists(site.Root));
        await service.StopAsync();
    }
}
