using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Verdicts;
using Xunit;

namespace Gateway.Provisioning.Tests.Controls;

public class ControlTests
{
    public static TheoryData<string> Controls => [.. RecordedMachines.All.Select(m => m.Control)];

    [Fact]
    public void The_catalogue_holds_exactly_the_controls_of_the_requirements_and_our_own()
    {
        Assert.Equal(RequirementsTable.Force.Keys.Concat(RequirementsTable.OurOwn), ControlCatalogue.All.Select(c => c.Id.Text));
        Assert.All(RequirementsTable.Force, entry => Assert.Equal(entry.Value, ControlCatalogue.Find(ControlId.Of(entry.Key))!.Force.ToString().ToLowerInvariant()));
        Assert.All(ControlCatalogue.All, control => Assert.Equal(RequirementsTable.OurOwn.Contains(control.Id.Text), control.IsOurOwn));
    }

    [Fact]
    public void Only_the_named_controls_may_rest_on_a_persons_word()
    {
        Assert.Equal(RequirementsTable.MayRestOnAWordAlone.Order(), ControlCatalogue.All.Where(c => c.Attestable == Attestable.Always).Select(c => c.Id.Text).Order());
        Assert.Equal(RequirementsTable.MayRestOnAWordWithAThirdParty.Order(), ControlCatalogue.All.Where(c => c.Attestable == Attestable.WhereItCannotBeMeasured).Select(c => c.Id.Text).Order());
    }

    [Fact]
    public void Every_control_of_the_table_has_a_pair_of_recorded_machines() =>
        Assert.Empty(RequirementsTable.Force.Keys.Except(RecordedMachines.All.Select(m => m.Control)));

    [Theory]
    [MemberData(nameof(Controls))]
    public async Task A_recorded_machine_meets_the_control_and_one_different_in_one_fact_does_not(string control)
    {
        var pair = RecordedMachines.All.Single(m => m.Control == control);
        var appliance = Rehearsed.DefaultAppliance(pair.Overlay);
        var facts = await RecordedVerdict.FittingAsync(appliance);
        var id = ControlId.Of(control);

        var meets = await RecordedVerdict.OfAsync(appliance, facts, id);
        var attested = RequirementsTable.MayRestOnAWordAlone.Contains(control) && pair.FailingOverlay is not null;
        Assert.Equal(attested ? Verdict.Attested : Verdict.Rehearsed, meets.Verdict);
        Assert.Equal(attested ? Verdict.Attested : Verdict.Met, AsMeasured(appliance, meets).Verdict);

        var failing = pair.FailingOverlay is null ? appliance : Rehearsed.DefaultAppliance(pair.FailingOverlay);
        var fails = await RecordedVerdict.OfAsync(failing, pair.Failing(facts), id);
        Assert.Equal(fails.Control.Force == Force.Must ? Verdict.NotMet : Verdict.Deviation, fails.Verdict);
        Assert.Equal(fails.Control.Force == Force.Must, fails.Refuses);

        // One fact: every other control that the same fact does not touch keeps its verdict.
        Assert.NotEqual(meets.Verdict, fails.Verdict);
    }

    [Theory]
    // days since the oldest image, the oldest delivered one, the oldest log, the oldest audit log
    [InlineData(30.0, 7.0, 32, 367, true)]
    [InlineData(null, null, null, null, true)]
    [InlineData(30.1, 7.0, 32, 367, false)]
    [InlineData(30.0, 7.1, 32, 367, false)]
    [InlineData(30.0, 7.0, 33, 367, false)]
    [InlineData(30.0, 7.0, 32, 368, false)]
    public async Task X_RET_is_what_is_kept_beyond_no_period(double? image, double? delivered, int? log, int? audit, bool inTime)
    {
        var appliance = Rehearsed.DefaultAppliance("""{ "retention": { "logDays": 30, "imageMaximumDays": 30, "deliveredHours": 168 }, "gateway": { "audit": { "retainDays": 365 } } }""");
        var facts = await RecordedVerdict.FittingAsync(appliance);
        var today = DateOnly.FromDateTime(Rehearsed.Now.UtcDateTime);
        var kept = facts.Gateway!.Kept! with
        {
            OldestImage = image is { } i ? Rehearsed.Now.AddDays(-i) : null, OldestDeliveredImage = delivered is { } d ? Rehearsed.Now.AddDays(-d) : null,
            OldestLog = log is { } l ? today.AddDays(-l) : null, OldestAudit = audit is { } a ? today.AddDays(-a) : null,
        };

        var verdict = await RecordedVerdict.OfAsync(appliance, facts with { Gateway = facts.Gateway with { Kept = kept } }, ControlId.Of("X-RET"));

        Assert.Equal(inTime ? Verdict.Rehearsed : Verdict.Deviation, verdict.Verdict);
    }

    [Theory]
    [InlineData(49.9, true)]
    [InlineData(46.0, false)]
    public async Task A_50_GiB_disk_that_formatting_made_smaller_is_enough(double gibibytes, bool enough)
    {
        var appliance = Rehearsed.DefaultAppliance();
        var facts = await RecordedVerdict.FittingAsync(appliance);
        var size = (long)(gibibytes * (1L << 30));
        var verdict = await RecordedVerdict.OfAsync(appliance, facts with { Volumes = [.. facts.Volumes!.Select(v => v.Drive == "D:" ? v with { SizeBytes = size } : v)] }, ControlId.Of("HW-3"));
        Assert.Equal(enough ? Verdict.Rehearsed : Verdict.NotMet, verdict.Verdict);
    }

    [Fact]
    public async Task A_windows_10_past_its_end_of_support_meets_OS_1_and_deviates_from_OS_2()
    {
        var appliance = Rehearsed.DefaultAppliance();
        var facts = await RecordedVerdict.FittingAsync(appliance);
        facts = facts with { OperatingSystem = new OperatingSystemFacts(19045, 5000, ProductType.Client, true) };
        Assert.Equal(Verdict.Rehearsed, (await RecordedVerdict.OfAsync(appliance, facts, ControlId.Of("OS-1"))).Verdict);
        Assert.Equal(Verdict.Deviation, (await RecordedVerdict.OfAsync(appliance, facts, ControlId.Of("OS-2"))).Verdict);
    }

    [Fact]
    public async Task A_third_partys_exclusions_rest_on_an_attestation_and_on_nothing_else()
    {
        static MachineFacts Foreign(MachineFacts f) => f with { Antivirus = f.Antivirus! with { Products = [new("Another Scanner", true, 0, ExclusionsReadable: false)] } };
        var silent = Rehearsed.DefaultAppliance();
        Assert.Equal(Verdict.NotAssessed, (await RecordedVerdict.OfAsync(silent, Foreign(await RecordedVerdict.FittingAsync(silent)), ControlId.Of("AV-3"))).Verdict);

        var word = Rehearsed.DefaultAppliance("""{ "attestations": [ { "control": "AV-3", "by": "IT", "on": "2026-11-01", "until": "2027-11-01", "statement": "set" }, { "control": "SEC-4", "by": "IT", "on": "2026-11-01", "until": "2027-11-01", "statement": "agreed" }, { "control": "REM-1", "by": "IT", "on": "2026-11-01", "until": "2027-11-01", "statement": "provided" } ] }""");
        Assert.Equal(Verdict.Attested, (await RecordedVerdict.OfAsync(word, Foreign(await RecordedVerdict.FittingAsync(word)), ControlId.Of("AV-3"))).Verdict);
    }

    [Fact]
    public async Task A_waiver_accepts_a_measured_failure_until_its_day_and_an_attestation_never_does()
    {
        var waived = Rehearsed.DefaultAppliance("""{ "waivers": [ { "control": "HW-1", "owner": "Head of IT", "reason": "small site", "until": "2026-11-24" } ] }""");
        var small = (await RecordedVerdict.FittingAsync(waived)) with { Hardware = new HardwareFacts(4, 25769803776, Platform.Virtual, "VMware") };
        var verdict = await RecordedVerdict.OfAsync(waived, small, ControlId.Of("HW-1"));
        Assert.Equal(Verdict.Waived, verdict.Verdict);
        Assert.Equal("Head of IT", verdict.Waiver!.Owner);

        var ended = waived with { Waivers = [waived.Waivers[0] with { Until = new DateOnly(2026, 11, 23) }] };
        Assert.Equal(Verdict.Deviation, (await RecordedVerdict.OfAsync(ended, small, ControlId.Of("HW-1"))).Verdict);
    }

    [Theory]
    [InlineData("HW-1", "refuse", Verdict.NotMet)]
    [InlineData("HW-3", "warn", Verdict.Deviation)]
    public async Task The_manifest_sharpens_or_relaxes_a_control_and_the_verdict_says_so(string control, string enforce, Verdict expected)
    {
        var appliance = Rehearsed.DefaultAppliance($$"""{ "enforce": { "{{control}}": "{{enforce}}" } }""");
        var pair = RecordedMachines.All.Single(m => m.Control == control);
        var verdict = await RecordedVerdict.OfAsync(appliance, pair.Failing(await RecordedVerdict.FittingAsync(appliance)), ControlId.Of(control));
        Assert.Equal(expected, verdict.Verdict);
        Assert.True(verdict.EnforcementChanged);
    }

    [Fact]
    public async Task What_the_facts_file_does_not_hold_is_not_assessed_and_says_so()
    {
        var appliance = Rehearsed.DefaultAppliance();
        var verdict = await RecordedVerdict.OfAsync(appliance, (await RecordedVerdict.FittingAsync(appliance)) with { Hardware = null }, ControlId.Of("HW-1"));
        Assert.Equal(Verdict.NotAssessed, verdict.Verdict);
        Assert.Contains("'hardware'", verdict.Why!.English, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_the_host_map_does_not_hold_is_an_error_and_never_a_lookup()
    {
        var appliance = Rehearsed.DefaultAppliance();
        var facts = await RecordedVerdict.FittingAsync(appliance);
        var unmapped = appliance with { Rehearsal = new() };
        var verdict = await RecordedVerdict.OfAsync(unmapped, facts, ControlId.Of("NET-1"));
        Assert.Equal(Verdict.Error, verdict.Verdict);
        Assert.Contains("does not map mail1.dicommail.com", verdict.Why!.English, StringComparison.Ordinal);
        Assert.True(verdict.Refuses);
    }

    private static ControlVerdict AsMeasured(Appliance appliance, ControlVerdict rehearsed) => Judge.One(
        rehearsed.Control, appliance, [.. rehearsed.Evidence.Select(e => e with { How = e.How with { Source = Source.Measured } })], isRehearsal: false, Rehearsed.Now);
}
