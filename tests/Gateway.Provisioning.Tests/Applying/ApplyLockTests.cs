using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Diagnosis;
using Xunit;

namespace Gateway.Provisioning.Tests.Applying;

public sealed class ApplyLockTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lock-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Whoever_may_wait_gets_it_once_it_is_free_and_whoever_may_not_is_told_who_is_at_work()
    {
        var cancel = TestContext.Current.CancellationToken;
        var held = ApplyLock.Take(folder);
        Assert.Equal("GW3001", (await Assert.ThrowsAsync<RefusedException>(() => ApplyLock.OnceFreeAsync(TakeAsync, TimeSpan.Zero, cancel))).Diagnostic.Code);
        var waiting = ApplyLock.OnceFreeAsync(TakeAsync, TimeSpan.FromMinutes(1), cancel);
        Assert.False(waiting.IsCompleted);
        held.Dispose();
        using var taken = await waiting;
        Assert.Throws<RefusedException>(() => ApplyLock.Take(folder));
    }

    private Task<ApplyLock> TakeAsync() => Task.FromResult(ApplyLock.Take(folder));
}
