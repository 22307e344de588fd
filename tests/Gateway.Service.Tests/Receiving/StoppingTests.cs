using System.Diagnostics;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Receiving;

/// <summary>What becomes of associations when the service is asked to stop. Apart, because it takes as long as the service is patient.</summary>
public sealed class StoppingTests
{
    [Fact]
    public async Task A_service_that_is_asked_to_stop_lets_a_released_association_end_and_aborts_one_that_stays()
    {
        await using var stopping = await GatewayProcess.StartedAsync();
        await using var half = await HalfStore.BeginAsync(stopping);
        var clock = Stopwatch.StartNew();

        var stop = stopping.StopAsync();
        await half.EndAsync();

        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(14));
        Assert.Equal(0, await stop);
        Assert.Empty(stopping.UnfinishedFiles);
    }
}
