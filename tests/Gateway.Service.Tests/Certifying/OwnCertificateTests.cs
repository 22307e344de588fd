using Gateway.Service.Certifying;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Service.Tests.Certifying;

/// <summary>Which certificate a running gateway shows, as time passes and files change.</summary>
public sealed class OwnCertificateTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("gateway-own-").FullName;
    private readonly FakeTimeProvider clock = new(Now);
    private readonly Said said = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_newest_that_counts_now_is_used_from_the_moment_that_it_counts()
    {
        Pair.Lay(folder, "old", Now.AddDays(-300), Now.AddDays(10), "CN=gateway, O=old");
        Pair.Lay(folder, "new", Now.AddHours(1), Now.AddDays(5), "CN=gateway, O=new"); // it ends before the other
        var own = Own();

        Assert.Equal("CN=gateway, O=old", Shown(own));
        clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        Assert.Equal("CN=gateway, O=old", Shown(own));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("CN=gateway, O=new", Shown(own));
        clock.Advance(TimeSpan.FromDays(5));
        Assert.Equal("CN=gateway, O=old", Shown(own));
        Assert.Equal(3, said.Texts.Count);
    }

    [Fact]
    public void The_same_certificate_keeps_its_context_however_often_it_is_read()
    {
        Pair.Lay(folder, "one", Now.AddDays(-1), Now.AddDays(10));
        var own = Own();
        var first = own.Context;
        clock.Advance(TimeSpan.FromMinutes(5));
        Pair.Lay(folder, "later", Now.AddDays(5), Now.AddDays(20));
        Assert.Same(first, own.Context);
    }

    [Fact]
    public void A_new_one_is_used_as_soon_as_its_file_is_there()
    {
        Pair.Lay(folder, "old", Now.AddDays(-2), Now.AddDays(10), "CN=gateway, O=old");
        var own = Own();
        Assert.Equal("CN=gateway, O=old", Shown(own));
        Pair.Lay(folder, "new", Now.AddDays(-1), Now.AddDays(10), "CN=gateway, O=new");
        Pair.Lay(folder, "others", Now.AddMinutes(-1), Now.AddDays(10), "CN=somebody else");
        Assert.Equal("CN=gateway, O=new", Shown(own));
    }

    [Fact]
    public void Where_none_counts_the_one_that_ended_last_is_shown_and_that_is_said()
    {
        Pair.Lay(folder, "first", Now.AddDays(-20), Now.AddDays(-10), "CN=gateway, O=first");
        Pair.Lay(folder, "second", Now.AddDays(-10), Now.AddDays(-1), "CN=gateway, O=second");
        Pair.Lay(folder, "later", Now.AddDays(1), Now.AddDays(10), "CN=gateway, O=later");
        Assert.Equal("CN=gateway, O=second", Shown(Own()));
        Assert.StartsWith("No certificate of this site counts now; the network is shown CN=gateway, O=second", Assert.Single(said.Texts), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_cannot_be_used_leaves_the_older_certificate_in_use_and_is_said_once()
    {
        Pair.Lay(folder, "old", Now.AddDays(-2), Now.AddDays(10), "CN=gateway, O=old");
        Pair.Lay(folder, "new", Now.AddDays(-1), Now.AddDays(10), "CN=gateway, O=new");
        File.WriteAllText(Path.Combine(folder, "new.key"), "no key");
        var own = Own();
        for (var look = 0; look < 5; look++, clock.Advance(TimeSpan.FromMinutes(2)))
            Assert.Equal("CN=gateway, O=old", Shown(own));
        Assert.Single(said.Texts, text => text.StartsWith("A certificate of this site cannot be used: CN=gateway, O=new: its key cannot be used", StringComparison.Ordinal));
    }

    [Fact]
    public void What_cannot_be_read_any_more_leaves_what_was_read()
    {
        Pair.Lay(folder, "old", Now.AddDays(-2), Now.AddDays(10));
        var own = Own();
        var before = own.Context;
        File.WriteAllText(Path.Combine(folder, "bad.1.crt"), "no certificate");
        Assert.Same(before, own.Context);
        Assert.NotNull(before);
        Assert.Single(said.Texts, text => text.StartsWith("A certificate of this site cannot be used: ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_site_without_any_shows_none_and_says_so()
    {
        Assert.Null(Own().Context);
        Assert.Equal(["This site has no certificate to show to the network"], said.Texts);
    }

    private OwnCertificate Own() => new(new FolderTransportKeys(folder, "CN=gateway"), [], clock, said);

    private static string? Shown(OwnCertificate own) => own.Context?.TargetCertificate.Subject;

    private sealed class Said : ILogger<OwnCertificate>
    {
        public List<string> Texts { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Texts.Add(formatter(state, exception));
    }
}
