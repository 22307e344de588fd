using System.Text;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Planning;
using Gateway.Provisioning.Tests.Wrapping;
using Xunit;

namespace Gateway.Provisioning.Tests.Applying;

/// <summary>What a revert of a failed run and a rollback of a finished one leave behind.</summary>
public class TakingBackTests
{
    private const string Service = "DicomMailGateway";
    private const string Slower = """{ "gateway": { "idleTimeoutSeconds": 77 } }""";
    private const string NoMonitoringRule = """{ "firewall": { "outbound": [ { "id": "smtp-out", "purpose": "mail", "ports": ["25"], "program": "%GATEWAY%\\Gateway.Service.exe" }, { "id": "pop3s-out", "purpose": "mail", "ports": ["995"], "program": "%GATEWAY%\\Gateway.Service.exe" } ] } }""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_configuration_on_which_the_service_does_not_start_is_taken_back_and_the_service_runs_on_the_one_before()
    {
        LoadingServices? services = null;
        await using var machine = new Rehearsed(wrap: inner => new WrappedMachine(inner) { Services = services = new LoadingServices(inner, text => text.Contains("77", StringComparison.Ordinal)) });
        await machine.ApplyAsync();
        var (built, loaded) = (machine.Snapshot(), services!.LoadedBy(Service));

        var result = await machine.TryApplyAsync(Rehearsed.DefaultAppliance(Slower));
        Assert.Equal(ApplyOutcome.Reverted, result.Outcome);
        Assert.Contains("does not understand", result.Diagnostics[0].Message, StringComparison.Ordinal);
        Assert.Equal(built, machine.Snapshot());
        Assert.Equal(loaded, services.LoadedBy(Service));
        Assert.Empty((await machine.AssessAsync()).Plan.Changes);
    }

    [Fact]
    public async Task A_rollback_leaves_services_running_on_what_it_put_back()
    {
        LoadingServices? services = null;
        await using var machine = new Rehearsed(wrap: inner => new WrappedMachine(inner) { Services = services = new LoadingServices(inner) });
        await machine.ApplyAsync();
        var (built, loaded) = (machine.Snapshot(), services!.LoadedBy(Service));
        await machine.ApplyAsync(Rehearsed.DefaultAppliance(Slower));
        Assert.NotEqual(loaded, services.LoadedBy(Service));

        Assert.Equal(ApplyOutcome.RolledBack, (await machine.RollbackAsync()).Outcome);
        Assert.Equal(built, machine.Snapshot());
        Assert.Equal(loaded, services.LoadedBy(Service));
    }

    [Fact]
    public async Task Nothing_is_put_back_under_a_service_that_runs()
    {
        var running = new List<bool>();
        Rehearsed? machine = null;
        void Look(WindowsPath file)
        {
            if (file.Text.EndsWith("gateway.json", StringComparison.Ordinal))
                running.Add(machine!.Store.Now.Services!.Any(s => s is { Name: Service, Running: true }));
        }

        await using (machine = new Rehearsed(wrap: inner => new WrappedMachine(inner) { Files = new WatchedFiles(inner.Files) { BeforeChange = Look } }))
        {
            await machine.ApplyAsync();
            await machine.ApplyAsync(Rehearsed.DefaultAppliance(Slower));
            running.Clear();
            await machine.RollbackAsync();
            Assert.Equal([false], running);
        }
    }

    [Fact]
    public async Task One_thing_that_cannot_be_put_back_keeps_nothing_else_from_it_and_an_apply_goes_on_from_there()
    {
        StubbornFirewall? firewall = null;
        await using var machine = new Rehearsed(wrap: inner => new WrappedMachine(inner) { Firewall = firewall = new StubbornFirewall(inner.Firewall) });
        var before = machine.Snapshot();
        await machine.ApplyAsync();
        firewall!.Keeps = name => name == "GW-smtp-out";

        var stuck = await machine.RollbackAsync();
        Assert.Equal(ApplyOutcome.Unfinished, stuck.Outcome);
        Assert.Contains(stuck.Diagnostics, d => d.Code == "GW3207" && d.Message.StartsWith("firewall-rule/smtp-out was put back, but is not as it was before: it was absent, and is there", StringComparison.Ordinal));
        Assert.Equal("GW-smtp-out", Assert.Single(machine.Store.Now.Firewall!.Rules).Name);

        // Not forced to finish what cannot be finished.
        await machine.ApplyAsync();
        Assert.Empty((await machine.AssessAsync()).Plan.Changes);
        firewall.Keeps = _ => false;
        Assert.Equal(ApplyOutcome.RolledBack, (await machine.RollbackAsync()).Outcome);
        Assert.Equal(ApplyOutcome.RolledBack, (await machine.RollbackAsync()).Outcome);
        Assert.Equal(before, machine.Snapshot());
    }

    [Fact]
    public async Task A_rollback_that_could_not_be_finished_can_be_gone_on_with()
    {
        StubbornFirewall? firewall = null;
        await using var machine = new Rehearsed(wrap: inner => new WrappedMachine(inner) { Firewall = firewall = new StubbornFirewall(inner.Firewall) });
        var before = machine.Snapshot();
        await machine.ApplyAsync();
        firewall!.Keeps = name => name == "GW-smtp-out";
        await machine.RollbackAsync();
        firewall.Keeps = _ => false;
        var result = await machine.RollbackAsync();
        Assert.Equal((ApplyOutcome.RolledBack, 1), (result.Outcome, result.Changed));
        Assert.Equal(before, machine.Snapshot());
    }

    [Fact]
    public async Task A_removal_that_is_swallowed_fails_and_is_no_success()
    {
        StubbornFirewall? firewall = null;
        await using var machine = new Rehearsed(wrap: inner => new WrappedMachine(inner) { Firewall = firewall = new StubbornFirewall(inner.Firewall) });
        await machine.ApplyAsync();
        var built = machine.Snapshot();
        firewall!.Keeps = _ => true;
        var result = await machine.TryApplyAsync(Rehearsed.DefaultAppliance(NoMonitoringRule));
        Assert.Equal(ApplyOutcome.Reverted, result.Outcome);
        Assert.Contains(result.Diagnostics, d => d.Code == "GW3201" && d.Message.Contains("monitoring-out", StringComparison.Ordinal));
        Assert.Equal(built, machine.Snapshot());
    }

    [Fact]
    public async Task A_timeout_is_a_failure_like_any_other()
    {
        await using var machine = new Rehearsed(wrap: inner => new WrappedMachine(inner) { Firewall = new StubbornFirewall(inner.Firewall) { BeforePut = _ => throw new TaskCanceledException() } });
        var before = machine.Snapshot();
        var result = await machine.TryApplyAsync();
        Assert.Equal(ApplyOutcome.Reverted, result.Outcome);
        Assert.Equal("GW3203", result.Diagnostics[0].Code);
        Assert.Contains("firewall-rule/", result.Diagnostics[0].Message, StringComparison.Ordinal);
        Assert.Equal(before, machine.Snapshot());
    }

    [Fact]
    public async Task A_state_that_cannot_be_read_right_before_its_change_is_never_taken_for_absence()
    {
        var reads = 0;
        void HeldFromTheThirdReadOn(WindowsPath file) => _ = file.Text.EndsWith("gateway.json", StringComparison.Ordinal) && ++reads > 2 ? throw new IOException("a virus scanner holds the file") : reads;

        await using var machine = new Rehearsed(wrap: inner => new WrappedMachine(inner) { Files = new WatchedFiles(inner.Files) { BeforeRead = HeldFromTheThirdReadOn } });
        var path = machine.Appliance.Gateway.ConfigFolder.Join("gateway.json");
        machine.Machine.Files.WriteFile(path, Encoding.UTF8.GetBytes("the site's own"));
        var before = machine.Snapshot();

        var result = await machine.TryApplyAsync();
        Assert.Equal("GW3205", result.Diagnostics[0].Code);
        Assert.Equal("the site's own", Encoding.UTF8.GetString(machine.Machine.Files.ReadFile(path)!));
        Assert.Equal(before, machine.Snapshot());
    }

    [Fact]
    public async Task What_an_administrator_changed_since_is_named_and_kept_in_the_journal_when_a_rollback_replaces_it()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        var path = machine.Appliance.Gateway.ConfigFolder.Join("gateway.json");
        machine.Machine.Files.WriteFile(path, Encoding.UTF8.GetBytes("an administrator's own"));
        var result = await machine.RollbackAsync();
        Assert.Equal(ApplyOutcome.RolledBack, result.Outcome);
        Assert.Equal("file/gateway-config", Assert.Single(result.Diagnostics, d => d.Code == "GW3206").Message.Split(' ')[0]);
        Assert.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes("an administrator's own")), Encoding.UTF8.GetString(machine.JournalFile.Read().Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_runs_by_itself_is_nobodys_change()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        machine.Store.Update(f => f with { ScheduledTasks = [.. f.ScheduledTasks!.Select(t => t with { LastRun = Rehearsed.Now, LastResult = 0 })] });
        Assert.Empty((await machine.RollbackAsync()).Diagnostics);
    }

    [Fact]
    public async Task Power_that_goes_right_after_a_runs_start_does_not_make_a_rollback_take_back_the_run_before()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        var built = machine.Snapshot();
        using var journal = new DyingJournalFile(machine.JournalFile, 1, Moment.After);
        await Assert.ThrowsAsync<PowerLossException>(() => machine.Applier(journal).ApplyAsync(machine.AssessorOf(Rehearsed.DefaultAppliance(Slower)), null, journal.Power));

        Assert.Equal((ApplyOutcome.RolledBack, 0), ((await machine.RollbackAsync()) is var r ? r.Outcome : default, r.Changed));
        Assert.Equal(built, machine.Snapshot());
        Assert.Empty((await machine.AssessAsync()).Plan.Changes);
    }

    [Fact]
    public async Task What_was_put_back_in_a_half_done_revert_is_seen_anew_by_the_run_that_goes_on()
    {
        StubbornFirewall? firewall = null;
        await using var machine = new Rehearsed(wrap: inner => new WrappedMachine(inner) { Firewall = firewall = new StubbornFirewall(inner.Firewall) });
        var overlay = Rehearsed.DefaultAppliance("""{ "registry": [ { "id": "site", "key": "SOFTWARE\\Site", "name": "Value", "text": "ours" } ] }""");
        firewall!.BeforePut = rule => _ = rule.Name == "GW-smtp-out" ? throw new InvalidOperationException("the firewall's service does not answer") : 0;

        // The power goes after the registry value was put back: absent, as it was.
        var writes = 0;
        await using (var rehearsal = new Rehearsed(wrap: inner => new WrappedMachine(inner) { Firewall = new StubbornFirewall(inner.Firewall) { BeforePut = firewall.BeforePut } }))
        {
            var failed = await rehearsal.TryApplyAsync(overlay);
            Assert.True(failed.Outcome == ApplyOutcome.Reverted, string.Join("\n", failed.Diagnostics));
            writes = 1 + Journal.Open(rehearsal.JournalFile, rehearsal.Clock).Entries.ToList().FindIndex(e => e.Event == JournalEvent.RevertDone && e.Resource!.Id.Text == "registry-value/site");
        }

        Assert.True(writes > 1);
        using var journal = new DyingJournalFile(machine.JournalFile, writes, Moment.After);
        await Assert.ThrowsAsync<PowerLossException>(() => machine.Applier(journal).ApplyAsync(machine.AssessorOf(overlay), null, journal.Power));

        machine.Store.Update(f => f with { Registry = [.. f.Registry ?? [], new RegistryValue(@"SOFTWARE\Site", "Value", "the site's own")] });
        firewall.BeforePut = _ => { };
        await machine.ApplyAsync(overlay);
        Assert.Equal(ApplyOutcome.RolledBack, (await machine.RollbackAsync()).Outcome);
        Assert.Equal("the site's own", machine.Machine.Registry.Read(@"SOFTWARE\Site", "Value")?.Text);
    }

    [Fact]
    public async Task An_upgraded_package_goes_back_to_its_own_earlier_file_and_what_runs_on_it_is_restarted_both_times()
    {
        var upgraded = Rehearsed.DefaultAppliance("""{ "payloads": [ { "id": "mariadb", "version": "11.8", "file": "mariadb-11.8.zip" }, { "id": "check-mk-agent", "version": "2.3", "file": "check_mk_agent.msi" } ] }""");
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        var plan = (await machine.AssessAsync(upgraded)).Plan;
        Assert.Equal([("package/mariadb", ChangeAction.Update), ("service/DicomMailMariaDB", ChangeAction.Restart)], plan.Changes.Where(c => c.OnlyIf is null).Select(c => (c.Resource.Text, c.Action)));
        await machine.ApplyAsync(upgraded);
        Assert.Equal("mariadb-11.8.zip", machine.Store.Now.Packages!.Single(p => p.Id == "mariadb").File);

        Assert.Empty((await machine.RollbackAsync()).Diagnostics);
        Assert.Equal(new PackageState("mariadb", "11.4", "mariadb-winx64.zip"), machine.Store.Now.Packages!.Single(p => p.Id == "mariadb"));
    }

    [Fact]
    public async Task A_package_whose_earlier_file_nobody_knows_stays_and_says_so()
    {
        await using var machine = new Rehearsed(Rehearsed.DefaultAppliance("""{ "takeOver": ["package/mariadb"] }"""));
        machine.Store.Update(f => f with { Packages = [new PackageState("mariadb", "10.6")] });
        await machine.ApplyAsync(machine.Appliance);
        var result = await machine.RollbackAsync();
        Assert.Equal(ApplyOutcome.RolledBack, result.Outcome);
        Assert.Contains(result.Diagnostics, d => d.Code == "GW3202" && d.Message.Contains("10.6", StringComparison.Ordinal));
        Assert.Equal("11.4", machine.Store.Now.Packages!.Single(p => p.Id == "mariadb").Version);
    }
}
