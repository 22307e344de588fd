using Xunit;

namespace Gateway.Service.Tests.Running;

/// <summary>Waits for what another process does a moment later.</summary>
public static class Eventually
{
    public static Task HoldsAsync(Func<bool> condition) => HoldsAsync(() => Task.FromResult(condition()), 60);

    public static async Task HoldsAsync(Func<Task<bool>> condition, int seconds = 5)
    {
        for (var attempt = 0; attempt < 20 * seconds; attempt++)
        {
            try
            {
                if (await condition())
                    return;
            }
            catch (Gateway.Dicom.UpperLayer.AssociationException)
            {
                // not yet
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"what was waited for did not come about in {seconds} seconds");
    }
}
