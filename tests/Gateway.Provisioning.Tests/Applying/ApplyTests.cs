using System.Text;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Planning;
using Gateway.Provisioning.Tests.Wrapping;
using Xunit;

namespace Gateway.Provisioning.Tests.Applying;

public class ApplyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_apply_writes_nothing()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        var journal = machine.JournalFile.Read().Lines;
        var again = await machine.ApplyAsync();
        Assert.Null(again.Run);
        Assert.Equal(journal, machine.JournalFile.Read().Lines);
    }

    [Fact]
    public async Task A_machine_that_does_not_meet_a_must_is_refused_untouched()
    {
        await using var machine = new Rehearsed();
        machine.Store.Update(f => f with { Volumes = [.. f.Volumes!.Select(v => v.Drive == "D:" ? v with { SizeBytes = 20_000_000_000 } : v)] });
        var before = machine.Snapshot();
        var result = await machine.Applier().ApplyAsync(machine.Assessor(), null, Cancel);
        Assert.Equal(ApplyOutcome.Refused, result.Outcome);
        Assert.Contains("HW-3", Assert.Single(result.Diagnostics).Message, StringComparison.Ordinal);
        Assert.Equal(before, machine.Snapshot());
        Assert.False(Directory.Exists(machine.Machine.StateRoot));
    }

    [Fact]
    public async Task An_unmet_should_warns_and_does_not_refuse()
    {
        await using var machine = new Rehearsed();
        machine.Store.Update(f => f with { Hardware = f.Hardware! with { CpuCores = 4 } });
        await machine.ApplyAsync();
    }

    [Fact]
    public async Task A_secret_that_cannot_be_reached_refuses_and_names_where_it_was_looked_for()
    {
        foreach (var (reference, says) in new[] { ("secret:nowhere", "holds no secret 'nowhere'"), ("secret:env:GATEWAY_NO_SUCH_VARIABLE", "GATEWAY_NO_SUCH_VARIABLE is not set"), ("secret:file:/no/such/file", "no file /no/such/file") })
        {
            await using var machine = new Rehearsed(Rehearsed.DefaultAppliance($$"""{ "monitoring": { "registration": "{{reference}}" } }"""));
            var before = machine.Snapshot();
            var result = await machine.Applier().ApplyAsync(machine.Assessor(), null, Cancel);
            Assert.Equal(ApplyOutcome.Refused, result.Outcome);
            Assert.Contains(says, Assert.Single(result.Diagnostics).Message, StringComparison.Ordinal);
            Assert.Equal(before, machine.Snapshot());
        }
    }

    [Fact]
    public async Task The_services_are_pointed_at_their_version_as_the_last_changes()
    {
        await using var machine = new Rehearsed();
        var changes = (await machine.AssessAsync()).Plan.Changes.Select(c => c.Resource.Text).ToList();
        Assert.Equal(["service/DicomMailGateway", "registry-value/event-source", "service/GatewayProvisioning"], changes[^3..]);
    }

    [Fact]
    public async Task A_plan_is_applied_as_it_was_approved()
    {
        await using var machine = new Rehearsed();
        var plan = (await machine.AssessAsync()).Plan;
        var result = await machine.Applier().ApplyAsync(machine.Assessor(), plan, Cancel);
        Assert.Equal(ApplyOutcome.Applied, result.Outcome);
    }

    [Fact]
    public async Task A_plan_older_than_the_machine_is_refused_and_names_what_moved()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        Disable(machine, "GW-smtp-out");
        var plan = (await machine.AssessAsync()).Plan;
        Disable(machine, "GW-pop3s-out");
        var before = machine.Snapshot();
        var refused = await Assert.ThrowsAsync<RefusedException>(() => machine.Applier().ApplyAsync(machine.Assessor(), plan, Cancel));
        Assert.Equal("GW3003", refused.Diagnostic.Code);
        Assert.Contains("firewall-rule/pop3s-out", refused.Diagnostic.Message, StringComparison.Ordinal);
        Assert.Equal(before, machine.Snapshot());
    }

    [Fact]
    public async Task A_plan_whose_verdicts_moved_is_refused()
    {
        await using var machine = new Rehearsed();
        var plan = (await machine.AssessAsync()).Plan;
        machine.Store.Update(f => f with { Hardware = f.Hardware! with { CpuCores = 4 } });
        var refused = await Assert.ThrowsAsync<RefusedException>(() => machine.Applier().ApplyAsync(machine.Assessor(), plan, Cancel));
        Assert.Contains("HW-1 is Deviation now", refused.Diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_does_not_age_by_time_or_free_disk_space()
    {
        await using var machine = new Rehearsed();
        var plan = (await machine.AssessAsync()).Plan;
        machine.Clock.Advance(TimeSpan.FromHours(5));
        machine.Store.Update(f => f with { Volumes = [.. f.Volumes!.Select(v => v with { FreeBytes = v.FreeBytes - 1_000_000 })] });
        Assert.Equal(plan.Fingerprint, (await machine.AssessAsync()).Plan.Fingerprint);
        Assert.Equal(ApplyOutcome.Applied, (await machine.Applier().ApplyAsync(machine.Assessor(), plan, Cancel)).Outcome);
    }

    [Fact]
    public async Task A_plan_of_another_manifest_is_refused()
    {
        await using var machine = new Rehearsed();
        var plan = (await machine.AssessAsync()).Plan;
        var other = Rehearsed.DefaultAppliance("""{ "backup": { "keepDays": 7 } }""");
        var refused = await Assert.ThrowsAsync<RefusedException>(() => machine.Applier().ApplyAsync(machine.AssessorOf(other), plan, Cancel));
        Assert.Equal("GW3002", refused.Diagnostic.Code);
    }

    [Fact]
    public async Task A_change_for_a_must_that_does_not_take_effect_reverts_the_whole_run()
    {
        // The policy arrives in the middle of the run: what is locked before it is refused in preflight.
        StubbornFirewall firewall = null!;
        await using var machine = new Rehearsed(wrap: inner => new WrappedMachine(inner) { Firewall = firewall = new StubbornFirewall(inner.Firewall) });
        void Lock(bool locked) => machine.Store.Update(f => f with { Antivirus = f.Antivirus! with { ExclusionsLocked = locked } });
        firewall.BeforePut = _ => Lock(true);
        var before = machine.Snapshot();
        var strict = Rehearsed.DefaultAppliance("""{ "enforce": { "AV-2": "refuse" } }""");
        var result = await machine.TryApplyAsync(strict);
        Lock(false);
        Assert.Equal(ApplyOutcome.Reverted, result.Outcome);
        Assert.Equal("GW3201", result.Diagnostics[0].Code);
        Assert.Contains("tamper protection", result.Diagnostics[0].Message, StringComparison.Ordinal);
        Assert.Equal(before, machine.Snapshot());
        Assert.Equal(RunOutcome.Reverted, Run.Of(Journal.Open(machine.JournalFile, machine.Clock))[^1].Outcome);

        // Nothing of a reverted run is left to be rolled back, and nothing counts as managed.
        await Assert.ThrowsAsync<RefusedException>(() => machine.RollbackAsync());
        Assert.All((await machine.AssessAsync()).Plan.Changes, change => Assert.Equal(ChangeCause.New, change.Cause));
    }

    [Fact]
    public async Task A_change_for_a_should_that_does_not_take_effect_is_put_back_alone_and_stays_a_deviation()
    {
        await using var machine = new Rehearsed();
        machine.Store.Update(f => f with { Antivirus = f.Antivirus! with { ExclusionsLocked = true } });
        var result = await machine.TryApplyAsync();
        Assert.Equal(ApplyOutcome.Applied, result.Outcome);
        Assert.Contains(result.Diagnostics, d => d.Code == "GW3208" && d.Message.Contains("tamper protection", StringComparison.Ordinal) && d.Message.Contains("AV-2", StringComparison.Ordinal));
        Assert.NotEmpty(result.After!.Plan.Changes);
        Assert.All(result.After.Plan.Changes, c => Assert.Equal(Provisioning.Resources.Managed.AntivirusExclusion.Kind, c.Resource.Kind));
        Assert.True(machine.Store.Now.Services!.Single(s => s.Name == "DicomMailGateway").Running);
        Assert.Empty(machine.Store.Now.Antivirus!.Exclusions);
    }

    [Fact]
    public async Task What_depends_on_a_change_that_was_given_up_is_left_alone_and_named()
    {
        await using var machine = new Rehearsed(wrap: inner => new WrappedMachine(inner) { Packages = new FailingPackages(inner.Packages, "check-mk-agent") });
        var result = await machine.TryApplyAsync(Rehearsed.DefaultAppliance("""{ "enforce": { "MON-1": "warn", "MON-3": "warn", "MON-4": "warn" } }"""));
        Assert.Equal(ApplyOutcome.Applied, result.Outcome);
        Assert.Contains(result.Diagnostics, d => d.Code == "GW3208" && d.Message.Contains("package/check-mk-agent", StringComparison.Ordinal));
        Assert.Contains(result.Diagnostics, d => d.Code == "GW3209" && d.Message.Contains("file/agent-config", StringComparison.Ordinal));
        Assert.Null(machine.Machine.Files.ReadFile(WindowsPath.Of(@"C:\ProgramData\checkmk\agent\check_mk.user.yml")));
    }

    [Fact]
    public async Task What_needs_a_secret_that_cannot_be_reached_is_not_planned_where_that_only_warns()
    {
        await using var machine = new Rehearsed(Rehearsed.DefaultAppliance("""{ "monitoring": { "registration": "secret:nowhere" }, "enforce": { "MON-4": "warn" } }"""));
        var result = await machine.TryApplyAsync();
        Assert.Equal(ApplyOutcome.Applied, result.Outcome);
        Assert.Contains("secret:nowhere", Assert.Single(result.After!.Plan.NotPlanned, n => n.Resource.Kind == "agent-registration").Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_only_our_own_missing_rule_keeps_away_does_not_refuse_the_apply_that_makes_it(bool outboundIsBlocked)
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        machine.Store.Update(f => f with
        {
            Firewall = f.Firewall! with { Profiles = [.. f.Firewall.Profiles.Select(p => p with { BlocksOutbound = outboundIsBlocked })], Rules = [.. f.Firewall.Rules.Where(r => r.Name != "GW-smtp-out")] },
            Probes = [.. f.Probes!.Select(p => p.Port == 25 ? p with { Connected = false, Tls = null } : p)],
        });
        var result = await machine.TryApplyAsync();
        Assert.Equal(outboundIsBlocked ? ApplyOutcome.Applied : ApplyOutcome.Refused, result.Outcome);
        Assert.Contains(result.After!.BeyondApply, v => v.Control.Id.Text == "NET-1");
    }

    [Fact]
    public async Task A_value_that_moves_between_an_approved_plan_and_its_change_reverts_the_run()
    {
        var moved = false;
        StubbornFirewall? firewall = null;
        await using var machine = new Rehearsed(wrap: inner => new WrappedMachine(inner) { Firewall = firewall = new StubbornFirewall(inner.Firewall) });
        firewall!.BeforePut = rule =>
        {
            if (!moved && (moved = rule.Name == "GW-smtp-out"))
                machine.Store.Update(f => f with { Firewall = f.Firewall! with { Rules = [.. f.Firewall.Rules, rule with { Name = "GW-pop3s-out", Enabled = false }] } });
        };
        var result = await machine.TryApplyAsync(approved: (await machine.AssessAsync()).Plan);
        Assert.Equal((ApplyOutcome.Reverted, "GW3003"), (result.Outcome, result.Diagnostics[0].Code));
        Assert.Equal("GW-pop3s-out", Assert.Single(machine.Store.Now.Firewall!.Rules).Name);
    }

    public static TheoryData<string, string> EditedPlans => new()
    {
        { "GW3005", "changes" }, { "GW3005", "properties" }, { "GW3005", "fingerprint" }, { "GW3006", "machine" }, { "GW3006", "rehearsal" }, { "GW3007", "product" },
    };

    [Theory]
    [MemberData(nameof(EditedPlans))]
    public async Task A_plan_that_was_edited_or_made_elsewhere_is_refused(string code, string edit)
    {
        await using var machine = new Rehearsed();
        var plan = (await machine.AssessAsync()).Plan;
        Plan Signed(Plan p) => p with { Fingerprint = p.ComputeFingerprint() };
        var edited = edit switch
        {
            "changes" => plan with { Changes = [.. plan.Changes.Skip(1)] },
            "properties" => plan with { Changes = [plan.Changes[0] with { Properties = [] }, .. plan.Changes.Skip(1)] },
            "fingerprint" => plan with { Fingerprint = plan.Manifest },
            "machine" => Signed(plan with { Machine = "ANOTHER" }),
            "rehearsal" => Signed(plan with { IsRehearsal = false }),
            _ => Signed(plan with { Product = "0.0.1" }),
        };
        var before = machine.Snapshot();
        var refused = await Assert.ThrowsAsync<RefusedException>(() => machine.TryApplyAsync(approved: edited));
        Assert.Equal(code, refused.Diagnostic.Code);
        Assert.Equal(before, machine.Snapshot());
    }

    [Fact]
    public async Task An_apply_of_an_approved_plan_that_was_cut_off_goes_on_with_the_same_plan()
    {
        await using var machine = new Rehearsed();
        var plan = (await machine.AssessAsync()).Plan;
        machine.Machine.EnsureStateRoot();
        using var journal = new DyingJournalFile(machine.JournalFile, 20, Moment.After);
        await Assert.ThrowsAsync<PowerLossException>(() => machine.Applier(journal).ApplyAsync(machine.Assessor(), plan, journal.Power));
        Assert.Equal(ApplyOutcome.Applied, (await machine.TryApplyAsync(approved: plan)).Outcome);
        Assert.Empty((await machine.AssessAsync()).Plan.Changes);
    }

    [Fact]
    public async Task A_strangers_file_is_never_shown_and_our_own_is()
    {
        await using var machine = new Rehearsed();
        var path = machine.Appliance.Gateway.ConfigFolder.Join("gateway.json");
        machine.Machine.Files.WriteFile(path, Encoding.UTF8.GetBytes("password=hunter2"));
        var plan = (await machine.AssessAsync()).Plan;
        Assert.DoesNotContain("hunter2", System.Text.Json.JsonSerializer.Serialize(plan, ManifestJson.Compact), StringComparison.Ordinal);
        Assert.StartsWith("16 bytes, SHA-256 ", plan.Changes.Single(c => c.Resource.Text == "file/gateway-config").Properties[0].Before, StringComparison.Ordinal);

        await machine.ApplyAsync();
        var own = (await machine.AssessAsync(Rehearsed.DefaultAppliance("""{ "gateway": { "idleTimeoutSeconds": 77 } }"""))).Plan;
        Assert.Contains("60", own.Changes.Single(c => c.Resource.Text == "file/gateway-config").Properties[0].Before, StringComparison.Ordinal);

        machine.Machine.Files.WriteFile(path, Encoding.UTF8.GetBytes("password=hunter3"));
        Assert.DoesNotContain("hunter3", System.Text.Json.JsonSerializer.Serialize((await machine.AssessAsync()).Plan, ManifestJson.Compact), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_manifest_no_longer_asks_for_goes_back_to_what_it_was()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        var less = Rehearsed.DefaultAppliance("""{ "firewall": { "outbound": [ { "id": "smtp-out", "purpose": "mail", "ports": ["25"], "program": "%GATEWAY%\\Gateway.Service.exe" }, { "id": "pop3s-out", "purpose": "mail", "ports": ["995"], "program": "%GATEWAY%\\Gateway.Service.exe" } ] } }""");
        var plan = (await machine.AssessorOf(less).AssessAsync(JournalHistory.Of(Journal.Open(machine.JournalFile, machine.Clock)), null, Cancel)).Plan;
        var removal = Assert.Single(plan.Changes);
        Assert.Equal((ChangeAction.Remove, "firewall-rule/monitoring-out"), (removal.Action, removal.Resource.Text));
        Assert.Equal(ApplyOutcome.Applied, (await machine.Applier().ApplyAsync(machine.AssessorOf(less), plan, Cancel)).Outcome);
        Assert.DoesNotContain(machine.Store.Now.Firewall!.Rules, r => r.Name == "GW-monitoring-out");

        // And back again, by rolling that run back.
        Assert.Equal(ApplyOutcome.RolledBack, (await machine.Applier().RollbackAsync(Cancel)).Outcome);
        Assert.Contains(machine.Store.Now.Firewall!.Rules, r => r.Name == "GW-monitoring-out");
        Assert.Empty((await machine.AssessAsync()).Plan.Changes);
    }

    [Fact]
    public async Task What_was_there_before_us_is_never_removed()
    {
        await using var machine = new Rehearsed();
        machine.Machine.Files.CreateFolder(machine.Appliance.Backup.Folder);
        machine.Machine.Files.WriteFile(machine.Appliance.Backup.Folder.Join("theirs.txt"), [1]);
        var before = machine.Snapshot();
        await machine.ApplyAsync();
        await machine.Applier().RollbackAsync(Cancel);
        Assert.Equal(before, machine.Snapshot());
    }

    [Fact]
    public async Task A_folder_that_holds_something_survives_a_rollback_which_says_so()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        machine.Machine.Files.WriteFile(machine.Appliance.Gateway.ImageFolder.Join("image.dicom"), [1, 2, 3]);
        var result = await machine.Applier().RollbackAsync(Cancel);
        Assert.Equal(ApplyOutcome.RolledBack, result.Outcome);
        Assert.Contains(result.Diagnostics, d => d.Code == "GW3202" && d.Message.Contains(@"E:\VISUS\images", StringComparison.Ordinal));
        Assert.Equal([1, 2, 3], machine.Machine.Files.ReadFile(machine.Appliance.Gateway.ImageFolder.Join("image.dicom")));
    }

    [Fact]
    public async Task Two_applies_at_once_are_one_apply_and_one_refusal()
    {
        await using var machine = new Rehearsed();
        machine.Machine.EnsureStateRoot();
        using (ApplyLock.Take(machine.Machine.StateRoot))
        {
            var before = machine.Snapshot();
            var refused = await Assert.ThrowsAsync<RefusedException>(() => machine.Applier().ApplyAsync(machine.Assessor(), null, Cancel));
            Assert.Equal("GW3001", refused.Diagnostic.Code);
            Assert.Equal(before, machine.Snapshot());
        }

        await machine.ApplyAsync();
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("removed")]
    [InlineData("swapped")]
    public async Task A_journal_with_a_broken_chain_is_refused_with_its_line(string harm)
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        var lines = (await File.ReadAllLinesAsync(machine.JournalFile.Name, Cancel)).ToList();
        switch (harm)
        {
            case "changed":
                lines[3] = lines[3].Replace("VISUS", "VIRUS", StringComparison.Ordinal);
                break;
            case "removed":
                lines.RemoveAt(3);
                break;
            default:
                (lines[3], lines[4]) = (lines[4], lines[3]);
                break;
        }

        await File.WriteAllTextAsync(machine.JournalFile.Name, string.Join("\n", lines) + "\n", Cancel);
        var before = machine.Snapshot();
        var refused = await Assert.ThrowsAsync<RefusedException>(() => machine.Applier().ApplyAsync(machine.Assessor(), null, Cancel));
        Assert.Equal("GW3101", refused.Diagnostic.Code);
        Assert.Contains(harm == "changed" ? "line 5" : "line 4", refused.Diagnostic.Message, StringComparison.Ordinal);
        Assert.Equal(before, machine.Snapshot());
    }

    [Fact]
    public async Task A_disk_that_fills_up_during_apply_leaves_a_run_that_goes_on()
    {
        await using var machine = new Rehearsed();
        var before = machine.Snapshot();
        machine.Machine.EnsureStateRoot();
        for (var room = 400; room < 60_000; room = room * 3 / 2)
        {
            var full = new FullDiskJournalFile(machine.JournalFile, room);
            var result = await machine.Applier(full).ApplyAsync(machine.Assessor(), null, Cancel);
            if (result.Outcome == ApplyOutcome.Applied)
                break;
            Assert.Contains(result.Diagnostics, d => d.Code == "GW3301");
            if (result.Outcome == ApplyOutcome.Reverted)
                Assert.Equal(before, machine.Snapshot());
            else
                Assert.Equal(ApplyOutcome.Unfinished, result.Outcome);
        }

        await machine.ApplyAsync();
        Assert.Empty((await machine.AssessAsync()).Plan.Changes);
        Assert.Equal(ApplyOutcome.RolledBack, (await machine.Applier().RollbackAsync(Cancel)).Outcome);
        Assert.Equal(before, machine.Snapshot());
    }

    [Fact]
    public async Task No_journal_plan_or_report_holds_a_secret()
    {
        const string Secret = "correct-horse-battery-staple";
        Environment.SetEnvironmentVariable("GATEWAY_TEST_SECRET", Secret);
        await using var machine = new Rehearsed(Rehearsed.DefaultAppliance("""{ "monitoring": { "registration": "secret:env:GATEWAY_TEST_SECRET" } }"""));
        var plan = (await machine.AssessAsync()).Plan;
        await machine.ApplyAsync();
        var report = Provisioning.Reporting.ReportFiles.Write(Path.Combine(machine.Machine.StateRoot, "reports"), machine.Appliance, await machine.AssessAsync(), [], null);
        var everything = System.Text.Json.JsonSerializer.Serialize(plan, ManifestJson.Compact) + Encoding.UTF8.GetString(machine.JournalFile.Read().Lines)
            + await File.ReadAllTextAsync(report.Json, Cancel) + await File.ReadAllTextAsync(report.Html, Cancel) + machine.Snapshot();
        Assert.DoesNotContain(Secret, everything, StringComparison.Ordinal);
        Assert.Contains("GATEWAY_TEST_SECRET", everything, StringComparison.Ordinal);
    }

    private static void Disable(Rehearsed machine, string rule) => machine.Store.Update(f =>
        f with { Firewall = f.Firewall! with { Rules = [.. f.Firewall.Rules.Select(r => r.Name == rule ? r with { Enabled = false } : r)] } });

    /// <summary>A disk on which the journal can grow by so many bytes and no more.</summary>
    private sealed class FullDiskJournalFile(IJournalFile inner, int room) : IJournalFile
    {
        private int left = room;

        public string Name => inner.Name;

        public (byte[] Lines, JournalAnchor? Anchor) Read() => inner.Read();

        public void Append(long offset, byte[] bytes)
        {
            if ((left -= bytes.Length) < 0)
                throw new IOException("No space left on device", 28);
            inner.Append(offset, bytes);
        }

        public void Anchor(JournalAnchor anchor)
        {
            if (left < 0)
                throw new IOException("No space left on device", 28);
            inner.Anchor(anchor);
        }
    }
}
