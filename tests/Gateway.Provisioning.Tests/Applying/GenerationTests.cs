using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources.Assertions;
using Gateway.Provisioning.Verdicts;
using Xunit;

namespace Gateway.Provisioning.Tests.Applying;

/// <summary>A virtual machine that is set back to a snapshot, restored or copied gets another identifier from its hypervisor, and the product notices.</summary>
public class GenerationTests
{
    private const string Later = "00000000000000010000000000000002";

    [Fact]
    public async Task The_first_apply_records_the_generation_and_from_then_on_it_is_compared()
    {
        await using var machine = new Rehearsed();
        Assert.Equal(Verdict.NotApplicable, (await VerdictAsync(machine)).Verdict);
        Assert.Null(machine.Machine.Generation.Recorded);
        await machine.ApplyAsync();
        Assert.Equal((machine.Store.Now.Generation!.Identifier, Rehearsed.Now), (machine.Machine.Generation.Recorded!.Identifier, machine.Machine.Generation.Recorded.At));
        Assert.Equal(Verdict.Rehearsed, (await VerdictAsync(machine)).Verdict);
    }

    [Fact]
    public async Task A_machine_that_was_set_back_is_not_met_says_what_to_do_and_refuses_an_apply()
    {
        await using var machine = await SetBackAsync();
        var verdict = await VerdictAsync(machine);
        Assert.Equal(Verdict.NotMet, verdict.Verdict);
        Assert.Contains("'gwctl reconciled'", Assert.Single(verdict.Evidence).Observed.English, StringComparison.Ordinal);

        var result = await machine.TryApplyAsync(Rehearsed.DefaultAppliance("""{ "retention": { "logDays": 31 } }"""));
        Assert.Equal(ApplyOutcome.Refused, result.Outcome);
        Assert.Contains("X-SNAP", Assert.Single(result.Diagnostics).Message, StringComparison.Ordinal);
        Assert.NotEqual(Later, machine.Machine.Generation.Recorded!.Identifier);
    }

    [Fact]
    public async Task A_persons_word_ends_it_and_stands_in_every_later_report()
    {
        await using var machine = await SetBackAsync();
        var (before, now) = await GenerationMemory.ReconcileAsync(machine.Machine, "Head of IT", machine.Clock, TestContext.Current.CancellationToken);
        Assert.Equal((machine.Store.Now.Generation!.Identifier, "Head of IT"), (now.Identifier, now.By));
        Assert.NotEqual(before.Identifier, now.Identifier);
        var verdict = await VerdictAsync(machine);
        Assert.Equal(Verdict.Rehearsed, verdict.Verdict);
        Assert.Equal("reconciled by Head of IT", Assert.Single(verdict.Evidence).Note!.English);
        Assert.Contains(before.Identifier, await File.ReadAllTextAsync(Path.Combine(machine.Machine.StateRoot, "generations.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await machine.ApplyAsync();
    }

    [Fact]
    public async Task There_is_nothing_to_reconcile_on_a_machine_that_was_not_set_back()
    {
        await using var machine = new Rehearsed();
        Assert.Equal("GW3105", (await ReconcileInVainAsync(machine)).Code);
        await machine.ApplyAsync();
        Assert.Equal("GW3105", (await ReconcileInVainAsync(machine)).Code);
        machine.Store.Update(f => f with { Generation = new GenerationFacts(null) });
        Assert.Equal("GW3105", (await ReconcileInVainAsync(machine)).Code);
    }

    [Theory]
    [InlineData(Platform.Physical, Verdict.NotApplicable)]
    [InlineData(Platform.Virtual, Verdict.NotAssessed)]
    public async Task A_machine_that_is_shown_no_generation_is_never_said_to_be_the_same(Platform platform, Verdict expected)
    {
        await using var machine = new Rehearsed();
        machine.Store.Update(f => f with { Generation = new GenerationFacts(null), Hardware = f.Hardware! with { Platform = platform } });
        Assert.Equal(expected, (await VerdictAsync(machine)).Verdict);
        await machine.ApplyAsync();
        Assert.Null(machine.Machine.Generation.Recorded);
    }

    [Fact]
    public async Task One_that_had_a_generation_and_shows_none_any_more_is_not_assessed_whatever_it_is_now()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        machine.Store.Update(f => f with { Generation = new GenerationFacts(null), Hardware = f.Hardware! with { Platform = Platform.Physical } });
        Assert.Equal(Verdict.NotAssessed, (await VerdictAsync(machine)).Verdict);
    }

    [Fact]
    public async Task A_facts_file_that_does_not_hold_it_leaves_it_unassessed_and_keeps_nobody_from_applying()
    {
        await using var machine = new Rehearsed();
        machine.Store.Update(f => f with { Generation = null });
        Assert.Equal(Verdict.NotAssessed, (await VerdictAsync(machine)).Verdict);
        await machine.ApplyAsync();
        Assert.Null(machine.Machine.Generation.Recorded);
    }

    [Fact]
    public async Task A_record_that_is_none_is_an_error_and_refuses()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        await File.WriteAllTextAsync(Path.Combine(machine.Machine.StateRoot, "generations.json"), "{", TestContext.Current.CancellationToken);
        var verdict = await VerdictAsync(machine);
        Assert.Equal(Verdict.Error, verdict.Verdict);
        Assert.True(verdict.Refuses);
    }

    [Fact]
    public async Task It_is_recorded_in_the_facts()
    {
        await using var machine = new Rehearsed();
        var facts = await FactsRecorder.RecordAsync(machine.Machine, machine.Appliance, machine.Clock, TestContext.Current.CancellationToken);
        Assert.Equal(machine.Store.Now.Generation, facts.Generation);
        Assert.Equal(machine.Store.Now.ClientKey, facts.ClientKey);
    }

    private static async Task<Rehearsed> SetBackAsync()
    {
        var machine = new Rehearsed();
        await machine.ApplyAsync();
        machine.Store.Update(f => f with { Generation = new GenerationFacts(Later) });
        return machine;
    }

    private static async Task<Diagnostic> ReconcileInVainAsync(Rehearsed machine) =>
        (await Assert.ThrowsAsync<RefusedException>(() => GenerationMemory.ReconcileAsync(machine.Machine, "Head of IT", machine.Clock, TestContext.Current.CancellationToken))).Diagnostic;

    private static async Task<ControlVerdict> VerdictAsync(Rehearsed machine)
    {
        var assessment = await machine.AssessAsync();
        Assert.Single(assessment.Observations, o => o.Resource is SameGeneration);
        return assessment.Verdicts.Single(v => v.Control.Id == ControlId.Of("X-SNAP"));
    }
}
