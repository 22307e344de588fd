using Gateway.Service.Configuration;
using Gateway.Service.Keeping;
using Gateway.Service.Sending;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Service.Tests.Keeping;

/// <summary>What lies aside goes with the time, and only that.</summary>
public sealed class SetAsideTests : IDisposable
{
    private readonly MailFolders folders = new(Directory.CreateTempSubdirectory("aside-").FullName);

    public void Dispose() => Directory.Delete(folders.Root, recursive: true);

    [Fact]
    public void What_lies_aside_goes_after_the_longest_time_and_other_mail_does_not()
    {
        folders.Make();
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        File.WriteAllText(Path.Combine(folders.Refused, "a.eml"), "");
        File.WriteAllText(Path.Combine(folders.Waiting, "c.eml"), "");
        File.WriteAllText(Path.Combine(folders.Inbox, "b.eml"), "");
        var sweeper = new SetAside(
            [folders.Refused, folders.Waiting, Path.Combine(folders.Root, "nowhere")], new DiskLimits(0, 0, TimeSpan.FromDays(7), TimeSpan.FromDays(30)), clock, NullLogger<SetAside>.Instance);
        clock.Advance(TimeSpan.FromDays(29));
        Assert.Equal(0, sweeper.Sweep());
        clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(2, sweeper.Sweep());
        Assert.Empty(Directory.GetFiles(folders.Refused));
        Assert.Empty(Directory.GetFiles(folders.Waiting));
        Assert.Single(Directory.GetFiles(folders.Inbox));
    }
}
