using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>One prepared prefix for all scenarios.</summary>
public sealed class PreparedWine : WineTemplate, IAsyncLifetime
{
    /// <summary>The MSIs.</summary>
    internal PreparedMsi Msi => field ??= new PreparedMsi(Path.Combine(Folder, "msi"), Product);

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
