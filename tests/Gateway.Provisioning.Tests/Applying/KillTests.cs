using Gateway.Provisioning.Applying;
using Xunit;

namespace Gateway.Provisioning.Tests.Applying;

/// <summary>The power goes at every write of the journal of the whole default manifest, before it, in it and after it.</summary>
public class KillTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Moment.Before)]
    [InlineData(Moment.Torn)]
    [InlineData(Moment.After)]
    public async Task An_apply_killed_at_any_journal_write_converges_and_rolls_back(Moment moment)
    {
        var changes = 0;
        var writes = await WritesOfAsync(async m =>
        {
            var result = await m.ApplyAsync();
            changes = result.Changed;
            return result;
        });
        Assert.Equal(1 + (2 * changes) + 1, writes);
        for (var n = 1; n <= writes; n++)
        {
            await using var machine = new Rehearsed();
            var before = machine.Snapshot();
            await KilledAsync(machine, n, moment, a => a.ApplyAsync(machine.Assessor(), null, Cancel));

            await machine.ApplyAsync();
            var assessment = await machine.AssessAsync();
            Assert.True(assessment.Plan.Changes.Count == 0, $"killed {moment} write {n}: {string.Join(", ", assessment.Plan.Changes.Select(c => c.Resource))}");

            var rolledBack = await machine.Applier().RollbackAsync(Cancel);
            Assert.True(rolledBack.Outcome == ApplyOutcome.RolledBack, string.Join("\n", rolledBack.Diagnostics));
            Assert.Equal(before, machine.Snapshot());
        }
    }

    [Theory]
    [InlineData(Moment.Before)]
    [InlineData(Moment.After)]
    public async Task An_apply_killed_at_any_journal_write_rolls_back_without_a_second_apply(Moment moment)
    {
        var writes = await WritesOfAsync(m => m.ApplyAsync());
        for (var n = 1; n <= writes; n++)
        {
            await using var machine = new Rehearsed();
            var before = machine.Snapshot();
            await KilledAsync(machine, n, moment, a => a.ApplyAsync(machine.Assessor(), null, Cancel));
            if (Run.Of(Journal.Open(machine.JournalFile, machine.Clock)) is [{ Changed.Count: > 0 }])
                Assert.Equal(ApplyOutcome.RolledBack, (await machine.Applier().RollbackAsync(Cancel)).Outcome);
            Assert.Equal(before, machine.Snapshot());
        }
    }

    [Theory]
    [InlineData(Moment.Before)]
    [InlineData(Moment.After)]
    public async Task A_rollback_killed_at_any_journal_write_goes_on(Moment moment)
    {
        var writes = await WritesOfAsync(async m =>
        {
            await m.ApplyAsync();
            return await m.Applier().RollbackAsync(Cancel);
        }) - await WritesOfAsync(m => m.ApplyAsync());
        for (var n = 1; n <= writes; n++)
        {
            await using var machine = new Rehearsed();
            var before = machine.Snapshot();
            await machine.ApplyAsync();
            await KilledAsync(machine, n, moment, a => a.RollbackAsync(Cancel));

            var journal = Journal.Open(machine.JournalFile, machine.Clock);
            if (Run.Of(journal)[^1] is { IsOpen: true })
            {
                // An unfinished rollback is finished before anything else is begun.
                var refused = await Assert.ThrowsAsync<Diagnosis.RefusedException>(() => machine.Applier().ApplyAsync(machine.Assessor(), null, Cancel));
                Assert.Equal("GW3102", refused.Diagnostic.Code);
            }

            if (Run.Of(journal)[^1].Outcome != RunOutcome.RolledBack)
                Assert.Equal(ApplyOutcome.RolledBack, (await machine.Applier().RollbackAsync(Cancel)).Outcome);
            Assert.Equal(before, machine.Snapshot());
        }
    }

    [Fact]
    public async Task A_service_whose_configuration_changed_before_the_kill_is_restarted_by_the_next_apply()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        var moved = Rehearsed.DefaultAppliance("""{ "gateway": { "idleTimeoutSeconds": 77 } }""");

        // Run started, configuration started, configuration done: the power goes right after that.
        await KilledAsync(machine, 3, Moment.After, a => a.ApplyAsync(machine.AssessorOf(moved), null, Cancel));
        var assessment = await machine.AssessorOf(moved).AssessAsync(Run.HistoryOf(Journal.Open(machine.JournalFile, machine.Clock)), null, Cancel);
        var restart = Assert.Single(assessment.Plan.Changes);
        Assert.Equal(Planning.ChangeAction.Restart, restart.Action);
        Assert.Equal("service/DicomMailGateway", restart.Resource.Text);
    }

    private static async Task KilledAsync(Rehearsed machine, int write, Moment moment, Func<Applier, Task> action)
    {
        machine.Machine.EnsureStateRoot();
        await Assert.ThrowsAsync<PowerLossException>(() => action(machine.Applier(new DyingJournalFile(machine.JournalFile, write, moment))));
    }

    private static async Task<int> WritesOfAsync(Func<Rehearsed, Task<ApplyResult>> action)
    {
        await using var machine = new Rehearsed();
        await action(machine);
        return Journal.Open(machine.JournalFile, machine.Clock).Entries.Count;
    }
}
