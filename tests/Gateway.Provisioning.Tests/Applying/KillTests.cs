using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Tests.Wrapping;
using Xunit;

namespace Gateway.Provisioning.Tests.Applying;

/// <summary>The power goes at every write of the journal of the whole default manifest, before it, in it and after it.</summary>
public class KillTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Moment.Before)]
    [InlineData(Moment.Torn)]
    [InlineData(Moment.Unanchored)]
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
            await KilledAsync(machine, n, moment, (a, power) => a.ApplyAsync(machine.Assessor(), null, power));

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
            await KilledAsync(machine, n, moment, (a, power) => a.ApplyAsync(machine.Assessor(), null, power));
            if (Run.Of(Journal.Open(machine.JournalFile, machine.Clock)) is [_])
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
            await KilledAsync(machine, n, moment, (a, power) => a.RollbackAsync(power));

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

    /// <summary>What an uninstallation does after an upgrade: back to before the first run, without a stop at the second's before-images.</summary>
    [Theory]
    [InlineData(Moment.Before, Explicit = true)]
    [InlineData(Moment.After)]
    public async Task A_rollback_of_every_run_killed_at_any_journal_write_goes_on_and_leads_to_the_time_before_the_first(Moment moment)
    {
        async Task BuildAsync(Rehearsed machine)
        {
            await machine.ApplyAsync(First());
            await machine.ApplyAsync(Second());
        }

        var writes = await WritesOfAsync(async m =>
        {
            await BuildAsync(m);
            return await m.Applier().RollbackAllAsync(Cancel);
        }) - await WritesOfAsync(async m =>
        {
            await m.ApplyAsync(First());
            return await m.ApplyAsync(Second());
        });
        for (var n = 1; n <= writes; n++)
        {
            await using var machine = new Rehearsed();
            var before = machine.Snapshot();
            await BuildAsync(machine);
            await KilledAsync(machine, n, moment, (a, power) => a.RollbackAllAsync(power));
            if (Run.Of(Journal.Open(machine.JournalFile, machine.Clock))[^1].Outcome != RunOutcome.RolledBack)
                Assert.Equal(ApplyOutcome.RolledBack, (await machine.Applier().RollbackAllAsync(Cancel)).Outcome);
            Assert.Equal(before, machine.Snapshot());
            Assert.Null(Run.ToTakeBack(Run.Of(Journal.Open(machine.JournalFile, machine.Clock))));
            Assert.Empty(JournalHistory.Of(Journal.Open(machine.JournalFile, machine.Clock)).Held);
        }
    }

    [Fact]
    public async Task A_service_whose_configuration_changed_before_the_kill_is_restarted_by_the_next_apply()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        var moved = Rehearsed.DefaultAppliance("""{ "gateway": { "idleTimeoutSeconds": 77 } }""");

        // Run started, configuration started, configuration done: the power goes right after that.
        await KilledAsync(machine, 3, Moment.After, (a, power) => a.ApplyAsync(machine.AssessorOf(moved), null, power));
        var assessment = await machine.AssessorOf(moved).AssessAsync(JournalHistory.Of(Journal.Open(machine.JournalFile, machine.Clock)), null, Cancel);
        var restart = Assert.Single(assessment.Plan.Changes);
        Assert.Equal(Planning.ChangeAction.Restart, restart.Action);
        Assert.Equal("service/DicomMailGateway", restart.Resource.Text);
    }

    /// <summary>A built machine gets another manifest: a configuration changes and its service restarts, a rule goes, a rule comes, a value moves.</summary>
    [Theory]
    [InlineData(Moment.Before)]
    [InlineData(Moment.Unanchored)]
    [InlineData(Moment.After)]
    public async Task A_change_of_a_built_machine_killed_at_any_journal_write_converges_and_rolls_back_to_what_was_built(Moment moment)
    {
        var writes = await WritesOfAsync(async m =>
        {
            await m.ApplyAsync(First());
            return await m.ApplyAsync(Second());
        }) - await WritesOfAsync(m => m.ApplyAsync(First()));
        for (var n = 1; n <= writes; n++)
        {
            LoadingServices? services = null;
            await using var machine = new Rehearsed(wrap: inner => new WrappedMachine(inner) { Services = services = new LoadingServices(inner) });
            await machine.ApplyAsync(First());
            var (built, loaded) = (machine.Snapshot(), services!.LoadedBy("DicomMailGateway"));
            await KilledAsync(machine, n, moment, (a, power) => a.ApplyAsync(machine.AssessorOf(Second()), null, power));

            await machine.ApplyAsync(Second());
            Assert.Empty((await machine.AssessAsync(Second())).Plan.Changes);
            Assert.Contains("77", services.LoadedBy("DicomMailGateway"), StringComparison.Ordinal);

            Assert.Equal(ApplyOutcome.RolledBack, (await machine.RollbackAsync()).Outcome);
            Assert.Equal(built, machine.Snapshot());
            Assert.Equal(loaded, services.LoadedBy("DicomMailGateway"));
            Assert.Empty((await machine.AssessAsync(First())).Plan.Changes);
        }
    }

    /// <summary>A change of a built machine fails at its last step, and the power goes while it is taken back.</summary>
    [Fact]
    public async Task A_revert_killed_at_any_journal_write_goes_on()
    {
        var writes = await WritesOfAsync(async m =>
        {
            await m.ApplyAsync(First());
            m.Store.Update(f => f with { Antivirus = f.Antivirus! with { ExclusionsLocked = true } });
            return await m.TryApplyAsync(Strict());
        }) - await WritesOfAsync(m => m.ApplyAsync(First()));
        for (var n = 1; n <= writes; n++)
        {
            LoadingServices? services = null;
            await using var machine = new Rehearsed(wrap: inner => new WrappedMachine(inner) { Services = services = new LoadingServices(inner) });
            await machine.ApplyAsync(First());
            machine.Store.Update(f => f with { Antivirus = f.Antivirus! with { ExclusionsLocked = true } });
            var (built, loaded) = (machine.Snapshot(), services!.LoadedBy("DicomMailGateway"));
            await KilledAsync(machine, n, Moment.After, (a, power) => a.ApplyAsync(machine.AssessorOf(Strict()), null, power));

            if (Run.Of(Journal.Open(machine.JournalFile, machine.Clock))[^1] is { IsOpen: true })
                Assert.Equal(ApplyOutcome.RolledBack, (await machine.RollbackAsync()).Outcome);
            Assert.Equal(built, machine.Snapshot());
            Assert.Equal(loaded, services.LoadedBy("DicomMailGateway"));
        }
    }

    private static Appliance First() => Rehearsed.DefaultAppliance("""{ "registry": [ { "id": "v", "key": "SOFTWARE\\Old", "name": "Value", "text": "ours" } ] }""");

    private static Appliance Second() => Rehearsed.DefaultAppliance(
        """
        { "gateway": { "idleTimeoutSeconds": 77 }, "registry": [ { "id": "v", "key": "SOFTWARE\\New", "name": "Value", "text": "ours" } ],
          "firewall": { "outbound": [ { "id": "smtp-out", "purpose": "mail", "ports": ["25"], "program": "%GATEWAY%\\Gateway.Service.exe" }, { "id": "pop3s-out", "purpose": "mail", "ports": ["995"], "program": "%GATEWAY%\\Gateway.Service.exe" },
            { "id": "monitoring", "purpose": "monitoring", "ports": ["8140"] } ] } }
        """);

    private static Appliance Strict() => Rehearsed.DefaultAppliance("""{ "gateway": { "idleTimeoutSeconds": 77 }, "enforce": { "AV-3": "refuse" }, "antivirus": { "folders": [ { "path": "D:\\VISUS\\data", "control": "AV-3" } ] } }""");

    private static async Task KilledAsync(Rehearsed machine, int write, Moment moment, Func<Applier, CancellationToken, Task> action)
    {
        machine.Machine.EnsureStateRoot();
        using var journal = new DyingJournalFile(machine.JournalFile, write, moment);
        await Assert.ThrowsAsync<PowerLossException>(() => action(machine.Applier(journal), journal.Power));
    }

    private static async Task<int> WritesOfAsync(Func<Rehearsed, Task<ApplyResult>> action)
    {
        await using var machine = new Rehearsed();
        await action(machine);
        return Journal.Open(machine.JournalFile, machine.Clock).Entries.Count;
    }
}
