using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Xunit;

namespace Gateway.DicomMail.Tests.Partners;

/// <summary>Which of our keys signs when.</summary>
public sealed class SigningTurnsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 8, 0, 0, TimeSpan.Zero);

    private readonly OwnKey old = Made(-300, 365); // ends in 65 days
    private readonly OwnKey next = Made(0, 1000);

    [Fact]
    public void The_key_that_was_made_last_signs_where_nothing_else_is_said() => Assert.Same(next, Of([]).At(Now.AddMinutes(1)));

    [Fact]
    public void A_new_key_signs_from_its_date_on_and_not_before()
    {
        var turns = Of(new() { [next.Fingerprint] = Now.AddDays(30) });

        Assert.Same(old, turns.At(Now.AddDays(30).AddSeconds(-1)));
        Assert.Same(next, turns.At(Now.AddDays(30)));
        Assert.Equal([(Now, old), (Now.AddDays(30), next), (Now.AddDays(1000), null)], turns.After(Now));
    }

    [Fact]
    public void Where_the_old_key_ends_earlier_the_new_one_signs_at_once_and_no_older_one_comes_back()
    {
        var oldest = Made(-400, 3000);
        var turns = new SigningTurns([oldest, old, next], new Dictionary<Fingerprint, DateTimeOffset> { [next.Fingerprint] = Now.AddDays(90) });

        Assert.Same(old, turns.At(Now.AddDays(65).AddSeconds(-1)));
        Assert.Same(next, turns.At(Now.AddDays(65)));
    }

    [Fact]
    public void Of_two_new_keys_each_waits_for_its_date()
    {
        var last = Made(10, 1000);
        var turns = new SigningTurns([next, last, old], new Dictionary<Fingerprint, DateTimeOffset> { [next.Fingerprint] = Now.AddDays(30), [last.Fingerprint] = Now.AddDays(40) });

        Assert.Equal([(Now.AddDays(11), old), (Now.AddDays(30), next), (Now.AddDays(40), last), (Now.AddDays(1010), null)], turns.After(Now.AddDays(11)));
    }

    [Fact]
    public void Nobody_signs_where_no_key_can_be_used() => Assert.Null(Of([]).At(Now.AddYears(5)));

    private static OwnKey Made(int day, int days) => OwnKey.Generate(KeyAlgorithm.Curve25519, "Gateway", Now.AddDays(day), TimeSpan.FromDays(days));

    private SigningTurns Of(Dictionary<Fingerprint, DateTimeOffset> from) => new([old, next], from);
}
