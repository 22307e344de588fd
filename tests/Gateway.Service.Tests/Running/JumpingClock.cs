using Microsoft.Extensions.Time.Testing;

namespace Gateway.Service.Tests.Running;

/// <summary>A clock that somebody sets: what it shows jumps, and no time goes by.</summary>
internal sealed class JumpingClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan jumped;

    public void Jump(TimeSpan by) => jumped += by;

    public override long GetTimestamp() => base.GetUtcNow().Ticks; // as TimestampFrequency counts

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + jumped;
}
