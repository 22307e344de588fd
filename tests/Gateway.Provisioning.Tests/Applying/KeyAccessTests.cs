using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Planning;
using Gateway.Provisioning.Resources;
using Gateway.Provisioning.Resources.Managed;
using Gateway.Provisioning.Verdicts;
using Xunit;

namespace Gateway.Provisioning.Tests.Applying;

/// <summary>The gateway's account and the private key of the site's certificate, on a machine whose keys are modelled.</summary>
public class KeyAccessTests
{
    private const string Delivered = "D:PAI(A;;FA;;;SY)(A;;FA;;;BA)";

    private static readonly ResourceId Id = new(KeyAccess.Kind, "DicomMailGateway");

    private static readonly string Entry = $"(A;;FR;;;{AccessRights.ServiceSid("DicomMailGateway")})";

    [Fact]
    public async Task The_account_gets_its_entry_and_a_rollback_takes_only_that()
    {
        await using var machine = new Rehearsed();
        var change = Assert.Single((await machine.AssessAsync()).Plan.Changes, c => c.Resource == Id);
        Assert.Equal(new PropertyChange("rights", Delivered, Delivered + Entry), Assert.Single(change.Properties));

        await machine.ApplyAsync();
        Assert.Equal(Delivered + Entry, machine.Store.Now.ClientKey!.Sddl);
        Assert.DoesNotContain((await machine.AssessAsync()).Plan.Changes, c => c.Resource == Id);

        Assert.Equal(ApplyOutcome.RolledBack, (await machine.RollbackAsync()).Outcome);
        Assert.Equal(Delivered, machine.Store.Now.ClientKey!.Sddl);
    }

    [Fact]
    public async Task A_right_that_somebody_took_is_drift()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        machine.Store.Update(f => f with { ClientKey = f.ClientKey! with { Sddl = Delivered } });
        Assert.Equal(ChangeCause.MachineMoved, Assert.Single((await machine.AssessAsync()).Plan.Changes).Cause);
    }

    [Fact]
    public async Task A_new_certificate_has_a_key_of_its_own_and_the_old_ones_is_left_alone_by_a_rollback()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        machine.Store.Update(f => f with { ClientKey = new PrivateKeyState(new string('b', 64), f.ClientKey!.Provider, "D:P(A;;FA;;;SY)", false) });
        Assert.Equal(Id, Assert.Single((await machine.AssessAsync()).Plan.Changes).Resource);
        await machine.ApplyAsync();
        Assert.Equal("D:P(A;;FA;;;SY)" + Entry, machine.Store.Now.ClientKey!.Sddl);

        await machine.RollbackAsync();
        Assert.Equal("D:P(A;;FA;;;SY)", machine.Store.Now.ClientKey!.Sddl);
        var first = await machine.RollbackAsync();
        Assert.Equal(ApplyOutcome.RolledBack, first.Outcome);
        Assert.Contains(first.Diagnostics, d => d.Message.Contains("the key of the old one was left alone", StringComparison.Ordinal));
        Assert.Equal("D:P(A;;FA;;;SY)", machine.Store.Now.ClientKey!.Sddl);
    }

    [Fact]
    public Task Without_the_certificate_it_is_not_planned_and_says_why() => NotPlannedAsync(
        f => f with { Certificates = [], ClientKey = null }, "there is no certificate 'CN=DICOM-Mail Gateway' with its private key");

    [Fact]
    public Task A_key_in_hardware_is_not_planned_and_says_why() => NotPlannedAsync(
        f => f with { ClientKey = new PrivateKeyState(new string('c', 64), "Microsoft Platform Crypto Provider", null, InHardware: true) }, "lies with Microsoft Platform Crypto Provider in hardware");

    [Fact]
    public Task A_key_whose_access_list_nobody_knows_is_not_planned_and_says_why() => NotPlannedAsync(
        f => f with { ClientKey = new PrivateKeyState(new string('c', 64), "Some Key Storage Provider", null, InHardware: false) }, "has no access list that the product could set");

    [Fact]
    public Task A_facts_file_that_does_not_hold_the_key_leaves_it_unassessed() => NotPlannedAsync(f => f with { ClientKey = null }, "'clientKey'");

    [Fact]
    public async Task An_entry_that_denies_the_account_is_named_and_not_overruled()
    {
        var denying = $"D:P(D;;FR;;;{AccessRights.ServiceSid("DicomMailGateway")})(A;;FA;;;SY)";
        await using var machine = new Rehearsed();
        machine.Store.Update(f => f with { ClientKey = f.ClientKey! with { Sddl = denying } });
        var seen = (await machine.AssessAsync()).Observations.Single(o => o.Resource.Id == Id).Observation;
        Assert.Equal(Outcome.Differs, seen.Outcome);
        Assert.Contains("denies it to this account", seen.Note!.English, StringComparison.Ordinal);
        var result = await machine.TryApplyAsync();
        Assert.Equal(ApplyOutcome.Reverted, result.Outcome);
        Assert.Equal(denying, machine.Store.Now.ClientKey!.Sddl);
    }

    [Fact]
    public async Task A_key_that_the_service_cannot_read_is_no_certificate_that_authenticates_it()
    {
        var appliance = Rehearsed.DefaultAppliance("""{ "mail": { "authority": { "sha256": "3f1c5a1f8f5b6f0a4d1b8f3e0a7c9d2e5b4a6f7081929a3b4c5d6e7f80910203" } } }""");
        var facts = await Controls.RecordedVerdict.FittingAsync(appliance);
        Assert.Equal(Verdict.Rehearsed, (await Controls.RecordedVerdict.OfAsync(appliance, facts, ControlId.Of("NET-3"))).Verdict);
        Assert.Equal(Verdict.NotMet, (await Controls.RecordedVerdict.OfAsync(appliance, facts with { ClientKey = facts.ClientKey! with { Sddl = Delivered } }, ControlId.Of("NET-3"))).Verdict);
        var hardware = facts with { ClientKey = facts.ClientKey! with { Sddl = null, InHardware = true } };
        Assert.Equal(Verdict.NotAssessed, (await Controls.RecordedVerdict.OfAsync(appliance, hardware, ControlId.Of("NET-3"))).Verdict);
    }

    private static async Task NotPlannedAsync(Func<MachineFacts, MachineFacts> change, string why)
    {
        await using var machine = new Rehearsed();
        machine.Store.Update(change);
        var assessment = await machine.AssessAsync();
        Assert.DoesNotContain(assessment.Plan.Changes, c => c.Resource == Id);
        Assert.Contains(why, Assert.Single(assessment.Plan.NotPlanned, n => n.Resource == Id).Why, StringComparison.Ordinal);
    }
}
