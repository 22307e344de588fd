using Gateway.Service.Auditing;
using Gateway.Service.Configuration;
using Gateway.Service.Health;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Service.Tests.Auditing;

/// <summary>The files of the audit log, over days and without a folder.</summary>
public sealed class AuditFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gateway-audit-").FullName;
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 29, 23, 59, 59, TimeSpan.Zero));
    private readonly ServiceCondition condition = new();

    [Fact]
    public void Each_day_has_its_file_and_a_file_goes_after_its_days_and_no_other_does()
    {
        foreach (var name in new[] { "audit-20261127.log", "audit-20261128.log", "audit-of-another.log", "notes.txt" })
            File.WriteAllText(Path.Combine(folder, name), "");
        using var file = Open();
        file.Write("one");
        clock.Advance(TimeSpan.FromSeconds(1));
        file.Write("two");
        file.Write("three");

        Assert.Equal(
            ["audit-20261128.log", "audit-20261129.log", "audit-20261130.log", "audit-of-another.log", "notes.txt"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["one"], Running.GatewayProcess.LinesOf(Path.Combine(folder, "audit-20261129.log")));
        Assert.Equal(["two", "three"], Running.GatewayProcess.LinesOf(Path.Combine(folder, "audit-20261130.log")));
        Assert.False(condition.IsDegraded);
    }

    [Fact]
    public void A_start_on_the_same_day_goes_on_behind_what_is_there()
    {
        using (var first = Open())
            first.Write("one");
        using var second = Open();
        second.Write("two");

        Assert.Equal(["one", "two"], Running.GatewayProcess.LinesOf(Path.Combine(folder, "audit-20261129.log")));
    }

    [Fact]
    public void A_message_that_cannot_be_written_degrades_the_service_and_the_next_is_written_again()
    {
        using var file = Open();
        var aside = folder + "-aside";
        Directory.Move(folder, aside);
        file.Write("lost");
        Assert.True(condition.IsDegraded);

        Directory.Move(aside, folder);
        file.Write("kept");
        Assert.Equal(["kept"], Running.GatewayProcess.LinesOf(Path.Combine(folder, "audit-20261129.log")));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private AuditFile Open() => new(new AuditSettings(folder, 2), condition, clock, NullLogger<AuditFile>.Instance);
}
