using System.Net;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Registry;
using Gateway.Service.Health;
using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;
using Gateway.Service.Receiving;
using Gateway.Service.Routing;
using Gateway.Service.Spooling;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Service.Tests.Routing;

/// <summary>Where an image goes, and how urgent it is.</summary>
public sealed class RoutesTests
{
    private static readonly Targets Everywhere = new(
        [Dicom("pacs", "PACS"), Dicom("archive", "ARCHIVE"), Dicom("workstation", "WS1")],
        [new PartnerTarget("partner", AeTitle.Parse("TO_PARTNER")), new PartnerTarget("silent", null)]);

    private static readonly UrgencyTitles Titles = new(AeTitle.Parse("EMERGENCY"), AeTitle.Parse("BULK"));

    private static readonly ImageAttributes Image = new()
    {
        Study = "1.2", Series = "1.2.1", Modality = "CT", StudyDescription = "CT Schädel nativ", SeriesDescription = "Topogramm (1/2)", BodyPart = "HEAD",
    };

    [Fact]
    public void The_first_rule_that_fits_decides_alone()
    {
        var rules = new[]
        {
            Rule("mr", "archive") with { Modality = "MR" }, Rule("head", "pacs", "partner") with { BodyPart = "HEAD", Priority = Priority.Bulk }, Rule("rest", "archive"),
        };

        Assert.Equal([new("pacs", Priority.Bulk, "head"), new("partner", Priority.Bulk, "head")], For(rules, Image));
        Assert.Equal([new("archive", Priority.Normal, "mr")], For(rules, Image with { Modality = "MR" }));
        Assert.Equal([new("archive", Priority.Normal, "rest")], For(rules, Image with { BodyPart = "" }));
        Assert.Empty(For(rules[..1], Image));
    }

    [Theory]
    [InlineData("MODALITY1", "DICOMMAIL", true)]
    [InlineData("modality1", "DICOMMAIL", false)]
    [InlineData("MODALITY2", "DICOMMAIL", false)]
    [InlineData("MODALITY1", "OTHER", false)]
    [InlineData(null, "DICOMMAIL", false)]
    [InlineData("MODALITY1", null, false)]
    public void A_rule_on_ae_titles_fits_these_titles_alone(string? calling, string? called, bool fits)
    {
        var rule = Rule("one", "pacs") with { Calling = AeTitle.Parse("MODALITY1"), Called = AeTitle.Parse("DICOMMAIL") };

        Assert.Equal(fits, For([rule], Image, calling, called).Count == 1);
    }

    [Theory]
    [InlineData("CT", true)]
    [InlineData("ct", true)]
    [InlineData("C", false)]
    [InlineData("CT ", false)]
    [InlineData("MR", false)]
    public void A_rule_on_the_modality_fits_it_whatever_its_case(string modality, bool fits) =>
        Assert.Equal(fits, For([Rule("one", "pacs") with { Modality = modality }], Image).Count == 1);

    [Theory]
    [InlineData("HEAD", true)]
    [InlineData("head", true)]
    [InlineData("HEADNECK", false)]
    [InlineData("H*", false)]
    public void A_rule_on_the_body_part_fits_it_whatever_its_case(string part, bool fits) =>
        Assert.Equal(fits, For([Rule("one", "pacs") with { BodyPart = part }], Image).Count == 1);

    [Theory]
    [InlineData("schädel", true)]
    [InlineData("SCHÄDEL", true)]
    [InlineData("ct*nativ", true)]
    [InlineData("CT?Schädel", true)]
    [InlineData("sch?del", true)]
    [InlineData("topogramm", true)]
    [InlineData("(1/2)", true)]
    [InlineData("*", true)]
    [InlineData("Schadel", false)]
    [InlineData("nativ*CT", false)]
    [InlineData("nativ?", false)]
    [InlineData(".", false)]
    public void A_rule_on_the_description_fits_what_study_or_series_contain(string description, bool fits) =>
        Assert.Equal(fits, For([Rule("one", "pacs") with { Description = description }], Image).Count == 1);

    [Theory]
    [InlineData("08:00", "17:00", "07:59", false)]
    [InlineData("08:00", "17:00", "08:00", true)]
    [InlineData("08:00", "17:00", "16:59", true)]
    [InlineData("08:00", "17:00", "17:00", false)]
    [InlineData("22:00", "06:00", "21:59", false)]
    [InlineData("22:00", "06:00", "22:00", true)]
    [InlineData("22:00", "06:00", "00:00", true)]
    [InlineData("22:00", "06:00", "05:59", true)]
    [InlineData("22:00", "06:00", "06:00", false)]
    [InlineData("22:00", null, "23:59", true)]
    [InlineData("22:00", null, "00:00", false)]
    [InlineData(null, "06:00", "05:59", true)]
    [InlineData(null, "06:00", "06:00", false)]
    [InlineData("08:00", "08:00", "08:00", true)]
    [InlineData("08:00", "08:00", "07:59", true)]
    [InlineData("00:00", "00:00", "12:00", true)]
    [InlineData("22:00", "00:00", "23:59", true)]
    [InlineData("22:00", "00:00", "00:00", false)]
    [InlineData(null, "00:00", "12:00", true)]
    public void A_rule_on_the_time_of_day_holds_from_then_until_then_over_midnight_too(string? from, string? until, string time, bool fits)
    {
        var rule = Rule("one", "pacs") with { From = Time(from), Until = Time(until) };

        Assert.Equal(fits, new Routes(Everywhere, [rule], Titles).For(Image, null, null, Time(time)!.Value).Count == 1);
    }

    [Theory]
    // The night of the summer's beginning has no 02:30; that of its end has it twice.
    [InlineData("2026-03-29T00:59:00Z", true, false)] // 01:59 CET
    [InlineData("2026-03-29T01:00:00Z", false, true)] // 03:00 CEST
    [InlineData("2026-03-29T03:59:00Z", false, true)] // 05:59 CEST
    [InlineData("2026-03-29T04:00:00Z", false, false)] // 06:00 CEST
    [InlineData("2026-10-24T23:59:00Z", true, false)] // 01:59 CEST
    [InlineData("2026-10-25T00:30:00Z", false, true)] // 02:30 CEST
    [InlineData("2026-10-25T01:30:00Z", false, true)] // 02:30 CET
    [InlineData("2026-10-25T04:59:00Z", false, true)] // 05:59 CET
    [InlineData("2026-10-25T05:00:00Z", false, false)] // 06:00 CET
    [InlineData("2026-07-01T04:00:00Z", false, false)] // 06:00 CEST
    [InlineData("2026-12-01T04:00:00Z", false, true)] // 05:00 CET
    public void The_time_of_day_is_the_sites_own_in_summer_and_winter(string utc, bool evening, bool night)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.Parse(utc, null));
        clock.SetLocalTimeZone(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        var rules = new[]
        {
            Rule("evening", "pacs") with { From = new TimeOnly(22, 0), Until = new TimeOnly(2, 0) }, Rule("night", "archive") with { From = new TimeOnly(2, 0), Until = new TimeOnly(6, 0) },
        };
        var folder = Directory.CreateTempSubdirectory("routes-").FullName;
        using var spool = Spool.Open(folder, out _);
        using (var ledger = Ledger.Open(spool.LedgerFolder, _ => { }, new ServiceCondition(), clock, NullLogger.Instance))
        {
            var arrivals = new Arrivals(ledger, new Routes(Everywhere, rules, Titles), new KnownInstances(), new RecentHeaders(spool), clock);
            arrivals.Take(new SpoolName(new string('a', 32), new string('b', 16)), new FileMetaInformation(SopClasses.CtImageStorage, Uid.Parse("1.2"), TransferSyntax.ExplicitVrLittleEndian), Image, 100);

            var open = ledger.Ask(book => book.Studies.Select(study => study.Key.Target).ToList());
            Assert.Equal(evening ? ["pacs"] : night ? ["archive"] : [], open);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Nothing_goes_back_to_where_it_came_from()
    {
        var rule = Rule("all", "pacs", "archive", "partner");

        Assert.Equal(["archive", "partner"], For([rule], Image, "PACS").Select(to => to.Target));
        Assert.Equal(["pacs", "archive", "partner"], For([rule], Image, "pacs").Select(to => to.Target));
        Assert.Equal(["pacs", "archive", "partner"], For([rule], Image, null).Select(to => to.Target));
        Assert.Empty(For([Rule("one", "pacs"), Rule("two", "archive")], Image, "PACS"));
    }

    [Fact]
    public void The_virtual_ae_title_of_a_partner_decides_alone()
    {
        var rule = Rule("all", "pacs") with { Priority = Priority.Bulk };

        Assert.Equal([new("partner", Priority.Normal, "virtual AE title")], For([rule], Image, "PACS", "TO_PARTNER"));
        Assert.Equal([new("partner", Priority.Emergency, "virtual AE title")], For([rule], Image with { RequestedPriority = "STAT" }, "PACS", "TO_PARTNER"));
        Assert.Equal([new("pacs", Priority.Bulk, "all")], For([rule], Image, "MODALITY1", "to_partner"));
    }

    [Theory]
    [InlineData("EMERGENCY", "", "Emergency")]
    [InlineData("BULK", "", "Bulk")]
    [InlineData("BULK", "STAT", "Bulk")]
    [InlineData("DICOMMAIL", "STAT", "Emergency")]
    [InlineData(null, "STAT", "Emergency")]
    [InlineData("DICOMMAIL", "ROUTINE", "Normal")]
    [InlineData("DICOMMAIL", "HIGH", "Normal")]
    public void The_title_that_was_called_says_how_urgent_it_is_before_the_header_and_the_header_before_the_route(string? called, string header, string priority) =>
        Assert.Equal(priority, Assert.Single(For([Rule("all", "pacs")], Image with { RequestedPriority = header }, "MODALITY1", called)).Priority.ToString());

    [Fact]
    public void Titles_that_are_not_configured_make_nothing_urgent()
    {
        var routes = new Routes(Everywhere, [Rule("all", "pacs") with { Priority = Priority.Bulk }], new UrgencyTitles(null, null));

        Assert.Equal(Priority.Bulk, Assert.Single(routes.For(Image, null, null, default)).Priority);
        Assert.Equal(Priority.Bulk, Assert.Single(routes.For(Image, null, AeTitle.Parse("EMERGENCY"), default)).Priority);
    }

    private static DicomTarget Dicom(string id, string title) => new(id, AeTitle.Parse(title), new IPEndPoint(IPAddress.Loopback, 104));

    private static RoutingRule Rule(string id, params string[] to) => new() { Id = id, To = to };

    private static TimeOnly? Time(string? text) => text is null ? null : TimeOnly.ParseExact(text, "HH:mm");

    private static IReadOnlyList<Destination> For(IReadOnlyList<RoutingRule> rules, ImageAttributes image, string? calling = "MODALITY1", string? called = "DICOMMAIL") =>
        new Routes(Everywhere, rules, Titles).For(image, Title(calling), Title(called), new TimeOnly(12, 0));

    private static AeTitle? Title(string? text) => text is null ? null : AeTitle.Parse(text);
}
