using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>One prepared prefix for all scenarios.</summary>
public sealed class PreparedWine : WineTemplate, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        if (Missing is null)
            await PrepareAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
