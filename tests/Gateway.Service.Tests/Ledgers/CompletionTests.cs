using CsCheck;
using Gateway.DicomMail.Partners;
using Gateway.Service.Ledgers;
using Xunit;

namespace Gateway.Service.Tests.Ledgers;

/// <summary>When what has arrived is sent: tables of seconds since the first image.</summary>
public sealed class CompletionTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    // Series 10 s, study 30 s, forced 100 s, emergencies in threes or after half a second.
    private static readonly Completion Usual = Of(series: 10);

    [Theory]
    // arrivals: series@second; then: second, what is due
    [InlineData("a@0", 9.999, "")]
    [InlineData("a@0", 10, "series a@0")]
    [InlineData("a@0 a@5", 14, "")]
    [InlineData("a@0 a@5", 15, "series a@0 a@5")]
    [InlineData("a@0 b@5", 10, "series a@0")]
    [InlineData("a@0 b@5 a@7", 15, "series b@5")]
    [InlineData("a@0 b@1", 20, "series a@0|series b@1")]
    [InlineData("a@0 b@29", 31, "series a@0")]
    [InlineData("a@0 b@5", 35, "study a@0 b@5")]
    [InlineData("a@0 a@9 a@18 a@27 a@36 a@45 a@54 a@63 a@72 a@81 a@90 a@99", 99.999, "")]
    [InlineData("a@0 a@9 a@18 a@27 a@36 a@45 a@54 a@63 a@72 a@81 a@90 a@99", 100, "forced a@0 a@9 a@18 a@27 a@36 a@45 a@54 a@63 a@72 a@81 a@90 a@99")]
    [InlineData("", 1000, "")]
    public void A_series_or_study_is_sent_after_its_silence_and_after_the_longest_time_at_the_latest(string arrivals, double second, string due) =>
        Assert.Equal(due, Due(Usual, arrivals, Priority.Normal, wasSent: false, second));

    [Theory]
    [InlineData("a@0 b@5", 29, "")]
    [InlineData("a@0 b@5", 34.999, "")]
    [InlineData("a@0 b@5", 35, "study a@0 b@5")]
    [InlineData("a@0 b@29 a@58 b@87", 100, "forced a@0 b@29 a@58 b@87")]
    public void Without_a_time_for_series_only_whole_studies_are_sent(string arrivals, double second, string due) =>
        Assert.Equal(due, Due(Of(series: null), arrivals, Priority.Bulk, wasSent: false, second));

    [Theory]
    [InlineData("a@0", 10, "supplement a@0")]
    [InlineData("a@0 b@5", 35, "supplement a@0 b@5")]
    [InlineData("a@0 a@9 a@18 a@27 a@36 a@45 a@54 a@63 a@72 a@81 a@90 a@99", 100, "forced a@0 a@9 a@18 a@27 a@36 a@45 a@54 a@63 a@72 a@81 a@90 a@99")]
    public void What_arrives_after_its_study_was_sent_is_a_supplement(string arrivals, double second, string due) =>
        Assert.Equal(due, Due(Usual, arrivals, Priority.Normal, wasSent: true, second));

    [Theory]
    [InlineData("a@0", 0.499, "")]
    [InlineData("a@0", 0.5, "part a@0")]
    [InlineData("a@0 b@0.1", 0.4, "")]
    [InlineData("a@0 b@0.1 a@0.2", 0.2, "part a@0 b@0.1 a@0.2")]
    [InlineData("a@0 a@0.01 a@0.02 a@0.03 a@0.04 b@0.05 b@0.06", 0.06, "part a@0 a@0.01 a@0.02|part a@0.03 a@0.04 b@0.05|part b@0.06")]
    [InlineData("a@0 a@0 b@0.1", 0.5, "part a@0 b@0.1")] // one that is told twice
    public void An_emergency_is_sent_in_parts_without_waiting_for_silence(string arrivals, double second, string due)
    {
        Assert.Equal(due, Due(Usual, arrivals, Priority.Emergency, wasSent: false, second));
        Assert.Equal(due, Due(Usual, arrivals, Priority.Emergency, wasSent: true, second));
    }

    [Theory]
    [InlineData("Normal", "study a@0 b@5")]
    [InlineData("Emergency", "part a@0 b@5")]
    public void A_clock_that_is_set_back_holds_nothing(string priority, string due)
    {
        var urgency = Enum.Parse<Priority>(priority);
        Assert.Equal(due, Due(Usual, "a@0 b@5", urgency, wasSent: false, -3600));
        var book = new DeliveryBook();
        book.Apply(new LedgerLine(1, Start, new LedgerEvent.Queued("pacs", urgency, DeliveryKind.Study, "1.2", ["00/1"])));
        Assert.Equal(1, book.Next("pacs", Start.AddHours(-1))?.Id);
        Assert.Equal(urgency, book.Next("pacs", Start.AddHours(-1))?.Priority);
        book.Apply(new LedgerLine(2, Start, new LedgerEvent.Postponed(1, 1, Start.AddMinutes(1), "away")));
        Assert.Null(book.Next("pacs", Start));
        Assert.Equal(Start.AddMinutes(1), book.NextDue("pacs", Start));
    }

    [Fact]
    public void Nothing_is_due_before_its_time_and_something_is_due_at_it()
    {
        var arrivals = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 40_000]).Array[1, 20];
        var rules = Gen.Select(Gen.Int[0, 20_000], Gen.Int[1, 40_000], Gen.Int[1, 90_000], Gen.Int[1, 6], Gen.Int[0, 2_000]);
        Gen.Select(arrivals, rules, Gen.Enum<Priority>(), Gen.Bool).Sample((some, rule, priority, wasSent) =>
        {
            var (series, study, forced, instances, emergency) = rule;
            var completion = new Completion(series == 0 ? null : Milliseconds(series), Milliseconds(study), Milliseconds(forced), instances, Milliseconds(emergency));
            var open = new OpenStudy();
            var last = Start;
            foreach (var (index, (of, wait)) in some.Index())
                open.Add($"{index}", $"{of}", last += Milliseconds(wait));
            var at = completion.DueAt(open, priority);
            Assert.NotEmpty(completion.Due(open, priority, Before(wasSent), at));
            var before = at - TimeSpan.FromTicks(1);
            if (before >= last && (priority != Priority.Emergency || some.Length < instances)) // a full part is due at once
                Assert.Empty(completion.Due(open, priority, Before(wasSent), before));
            var names = completion.Due(open, priority, Before(wasSent), at).SelectMany(due => due.Names).ToList();
            Assert.Equal(names.Distinct(), names);
        });
    }

    [Fact]
    public void What_arrives_after_its_series_or_the_silence_of_its_study_is_a_supplement_also_where_series_are_sent()
    {
        var (book, number) = (new DeliveryBook(), 0);
        Assert.Equal("series a1", Send("a", 0, 10));
        Assert.Equal("series b3", Send("b", 12, 22));
        Assert.Equal("supplement a5", Send("a", 24, 34));
        Assert.Equal("series c7", Send("c", 53.9, 63.9));
        Assert.Equal("supplement d9", Send("d", 83.9, 93.9));

        string Send(string series, double at, double due)
        {
            Apply(new LedgerEvent.Received($"{series}{number + 1}", "1.2", series, null, null, 1, [new Destination("pacs", Priority.Normal, "test")]), at);
            var (key, study) = book.Studies.Single();
            var (kind, names) = Usual.Due(study, Priority.Normal, book.SentOf(key), Start.AddSeconds(due)).Single();
            Apply(new LedgerEvent.Queued("pacs", Priority.Normal, kind, "1.2", names), due);
            return $"{kind.ToString().ToLowerInvariant()} {string.Join(' ', names)}";
        }

        void Apply(LedgerEvent what, double second) => book.Apply(new LedgerLine(++number, Start.AddSeconds(second), what));
    }

    [Theory]
    [InlineData("Normal")]
    [InlineData("Emergency")]
    public void What_came_in_a_message_that_was_opened_goes_on_at_once_and_what_is_still_being_unpacked_does_not(string urgency)
    {
        var (book, number, priority) = (new DeliveryBook(), 0, Enum.Parse<Priority>(urgency));
        Apply(new LedgerEvent.Received("1", "1.2", "a", null, null, 1, [new Destination("pacs", priority, "test")]));
        Apply(new LedgerEvent.Received("2", "1.2", "a", null, null, 1, [new Destination("pacs", priority, "test")]));
        Assert.Empty(Due());
        Apply(new LedgerEvent.Opened("mail", "partner", "key", "set", 1, 2, "id", null, ["1", "unknown"], 0, ReceiptKind.None, "gw@partner.example"));
        var (kind, names) = Assert.Single(Due());
        Assert.Equal((DeliveryKind.Message, "1"), (kind, Assert.Single(names)));
        Assert.Equal(Start, Usual.DueAt(book.Studies.Single().Value, priority));
        Apply(new LedgerEvent.Queued("pacs", priority, kind, "1.2", names));
        Assert.Empty(Due());
        Assert.Null(book.SentOf(book.Studies.Single().Key)); // what follows is no supplement

        IEnumerable<(DeliveryKind Kind, IReadOnlyList<string> Names)> Due() => Usual.Due(book.Studies.Single().Value, priority, book.SentOf(book.Studies.Single().Key), Start);
        void Apply(LedgerEvent what) => book.Apply(new LedgerLine(++number, Start, what));
    }

    private static SentBefore? Before(bool wasSent)
    {
        if (!wasSent)
            return null;
        var before = new SentBefore();
        before.Add(DeliveryKind.Study, [], Start);
        return before;
    }

    private static TimeSpan Milliseconds(int number) => TimeSpan.FromMilliseconds(number);

    private static Completion Of(int? series) => new(
        series is { } silence ? TimeSpan.FromSeconds(silence) : null, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(100), 3, TimeSpan.FromSeconds(0.5));

    private static string Due(Completion completion, string arrivals, Priority priority, bool wasSent, double second)
    {
        var open = new OpenStudy();
        foreach (var arrival in arrivals.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (series, at) = (arrival.Split('@')[0], double.Parse(arrival.Split('@')[1]));
            open.Add(arrival, series, Start.AddSeconds(at));
        }

        var due = completion.Due(open, priority, Before(wasSent), Start.AddSeconds(second));
        return string.Join('|', due.Select(part => $"{part.Kind.ToString().ToLowerInvariant()} {string.Join(' ', part.Names)}"));
    }
}
