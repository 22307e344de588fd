using Gateway.DicomMail.Messages;
using Gateway.Service.Opening;
using Xunit;

namespace Gateway.Service.Tests.Opening;

/// <summary>In which order mails of the inbox are opened.</summary>
public sealed class InboxRoundTests : IDisposable
{
    private readonly string inbox = Directory.CreateTempSubdirectory("inbox-").FullName;

    public void Dispose() => Directory.Delete(inbox, recursive: true);

    [Fact]
    public void An_emergency_that_comes_while_others_are_opened_is_the_next_and_each_is_opened_once()
    {
        Lay("second", minute: 2);
        Lay("first", minute: 1);
        Lay("third", minute: 3);
        using var mails = new InboxRound(inbox, _ => true).Mails().GetEnumerator();
        Assert.Equal("first", Next());
        Lay("urgent", minute: 4, isUrgent: true);
        Assert.Equal("urgent", Next());
        Assert.Equal("second", Next());
        Assert.Equal("third", Next());
        Assert.False(mails.MoveNext()); // though all of them still lie there

        string Next()
        {
            Assert.True(mails.MoveNext());
            return Path.GetFileNameWithoutExtension(mails.Current);
        }
    }

    [Fact]
    public void One_that_waits_is_left_out()
    {
        Lay("waits", minute: 1, isUrgent: true);
        Lay("due", minute: 2);
        Assert.Equal("due", Path.GetFileNameWithoutExtension(Assert.Single(new InboxRound(inbox, path => !path.Contains("waits", StringComparison.Ordinal)).Mails())));
    }

    private void Lay(string name, int minute, bool isUrgent = false)
    {
        var path = Path.Combine(inbox, $"{name}.eml");
        File.WriteAllText(path, $"From: gw@site-a.test\r\n{(isUrgent ? $"{HeaderNames.Priority}: urgent\r\n" : "")}\r\nbody\r\n");
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 11, 29, 12, minute, 0, DateTimeKind.Utc));
    }
}
