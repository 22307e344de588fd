using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources;
using Gateway.Provisioning.Verdicts;
using Xunit;

namespace Gateway.Provisioning.Tests.Controls;

/// <summary>A person's word stands in place of a measurement that nobody can make, never of one that was not made; a waiver accepts what fails, and what cannot be assessed for a failure.</summary>
public class JudgeTests
{
    private static readonly AntivirusProduct Defender = new("Microsoft Defender", true, 0, ExclusionsReadable: true);
    private static readonly AntivirusProduct Foreign = new("Another Scanner", true, 0, ExclusionsReadable: false);

    [Theory]
    [InlineData("AV-2")]
    [InlineData("AV-3")]
    [InlineData("AV-4")]
    public async Task An_exclusion_that_merely_was_not_read_rests_on_no_attestation(string control)
    {
        var verdict = await RecordedVerdict.OfAsync(control, f => f with { Antivirus = null }, Attesting(control));
        Assert.Equal(Verdict.NotAssessed, verdict.Verdict);
        Assert.Contains("'antivirus'", verdict.Why!.English, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_control_for_which_the_manifest_excludes_nothing_is_a_deviation_whoever_attests_it() =>
        Assert.Equal(Verdict.Deviation, (await RecordedVerdict.OfAsync("AV-3", overlay: Attesting("AV-3", """ "antivirus": { "folders": [] }, """))).Verdict);

    [Fact]
    public async Task Without_a_third_partys_scanner_a_missing_exclusion_is_a_deviation_whoever_attests_it() =>
        Assert.Equal(Verdict.Deviation, (await RecordedVerdict.OfAsync("AV-3", f => Unexcluded(f, Defender), Attesting("AV-3"))).Verdict);

    [Fact]
    public async Task Two_active_scanners_both_matter_in_whichever_order_they_are_listed()
    {
        foreach (AntivirusProduct[] both in new[] { new[] { Defender, Foreign }, [Foreign, Defender] })
        {
            MachineFacts With(MachineFacts f) => f with { Antivirus = f.Antivirus! with { Products = both } };
            Assert.Equal(Verdict.NotAssessed, (await RecordedVerdict.OfAsync("AV-3", With)).Verdict);
            Assert.Equal(Verdict.Attested, (await RecordedVerdict.OfAsync("AV-3", With, Attesting("AV-3"))).Verdict);
            Assert.Equal(Verdict.Deviation, (await RecordedVerdict.OfAsync("AV-3", f => Unexcluded(f, both), Attesting("AV-3"))).Verdict);
        }
    }

    [Fact]
    public async Task Windows_own_scanner_is_told_its_exclusions_although_another_one_is_active_too()
    {
        await using var machine = new Rehearsed();
        machine.Store.Update(f => f with { Antivirus = f.Antivirus! with { Products = [Foreign, Defender] } });
        await machine.ApplyAsync();
        Assert.Contains(machine.Store.Now.Antivirus!.Exclusions, e => e.Value == @"D:\VISUS");
    }

    [Fact]
    public async Task A_copy_that_can_be_measured_rests_on_no_attestation()
    {
        const string target = """ "backup": { "copyTo": "\\\\nas\\backup" }, """;
        MachineFacts NotYet(MachineFacts f) => f with { ScheduledTasks = [.. f.ScheduledTasks!.Select(t => t with { RegisteredAt = Rehearsed.Now.AddHours(-1), LastRun = null, LastResult = null })] };
        Assert.Equal(Verdict.NotAssessed, (await RecordedVerdict.OfAsync("BAK-3", NotYet, Attesting("BAK-3", target))).Verdict);
        Assert.Equal(Verdict.Attested, (await RecordedVerdict.OfAsync("BAK-3", null, Attesting("BAK-3"))).Verdict);
        Assert.Equal(Verdict.Deviation, (await RecordedVerdict.OfAsync("BAK-3")).Verdict);
    }

    [Theory]
    [InlineData("2026-11-24", Verdict.Waived, false)]
    [InlineData("2026-11-23", Verdict.Error, true)]
    public async Task A_waiver_accepts_an_assessment_that_failed_until_its_day(string until, Verdict expected, bool refuses)
    {
        var appliance = Rehearsed.DefaultAppliance($$"""{ "waivers": [ { "control": "NET-1", "owner": "Head of IT", "reason": "no mail yet", "until": "{{until}}" } ] }""");
        var verdict = await RecordedVerdict.OfAsync(appliance with { Rehearsal = new() }, await RecordedVerdict.FittingAsync(appliance), ControlId.Of("NET-1"));
        Assert.Equal(expected, verdict.Verdict);
        Assert.Equal(refuses, verdict.Refuses);
        Assert.Contains("does not map mail1.dicommail.com", verdict.Why!.English, StringComparison.Ordinal);
        Assert.Contains(verdict.Evidence, e => e.Outcome == Outcome.Error);
    }

    private static MachineFacts Unexcluded(MachineFacts facts, params AntivirusProduct[] products) =>
        facts with { Antivirus = facts.Antivirus! with { Products = products, Exclusions = [.. facts.Antivirus.Exclusions.Where(e => e.Value != @"D:\VISUS")] } };

    // An overlay replaces the list of attestations, and those that must not be missing stand in it again.
    private static string Attesting(string control, string more = "") => $$"""
        { {{more}} "attestations": [
          { "control": "{{control}}", "by": "IT", "on": "2026-11-01", "until": "2027-11-01", "statement": "set" },
          { "control": "SEC-4", "by": "IT", "on": "2026-11-01", "until": "2027-11-01", "statement": "agreed" },
          { "control": "REM-1", "by": "IT", "on": "2026-11-01", "until": "2027-11-01", "statement": "provided" } ] }
        """;
}
