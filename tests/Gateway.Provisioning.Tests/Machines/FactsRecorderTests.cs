using System.Text.Json;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines;

public class FactsRecorderTests
{
    [Fact]
    public async Task Command_lines_and_accounts_of_others_services_are_not_recorded()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        machine.Store.Update(f => f with { Services = [.. f.Services!, new ServiceState("Archive", "The archive", "archive.exe --password secret1", @"CLINIC\jane.doe", ServiceStart.Automatic, true, ["RpcSs"], Running: true)] });

        var facts = await FactsRecorder.RecordAsync(machine.Machine, machine.Appliance, machine.Clock, TestContext.Current.CancellationToken);
        var text = JsonSerializer.Serialize(facts, ManifestJson.Compact);
        Assert.DoesNotContain("secret1", text, StringComparison.Ordinal);
        Assert.DoesNotContain("jane.doe", text, StringComparison.Ordinal);
        var archive = facts.Services!.Single(s => s.Name == "Archive");
        Assert.Equal(("The archive", true), (archive.DisplayName, archive.Running));
        foreach (var ours in new[] { "DicomMailGateway", "DicomMailMariaDB", CheckmkAgent.ServiceName })
            Assert.Contains(".exe", facts.Services!.Single(s => s.Name == ours).CommandLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policies_are_recorded_and_AppLockers_rules_only_where_they_are_about_our_programs()
    {
        await using var machine = new Rehearsed();
        AppLockerPathRule ours = new(true, "S-1-1-0", @"D:\VISUS\*", []), everything = new(false, "S-1-5-32-546", "*", []);
        var exe = new AppLockerCollection("Exe", PolicyMode.Enforced, [ours, everything, new(true, "S-1-5-21-1-2-3-1104", @"C:\Users\jane.doe\*", [])], 2);
        machine.Store.Update(f => f with { ProgramControl = new ProgramControlFacts([exe], true, PolicyMode.Audit), Domain = new DomainFacts("hospital.example"), Power = new PowerFacts(true, 60, false, 0) });

        var facts = await FactsRecorder.RecordAsync(machine.Machine, machine.Appliance, machine.Clock, TestContext.Current.CancellationToken);
        Assert.Equal([ours, everything], facts.ProgramControl!.AppLocker[0].Rules);
        Assert.Equal((true, PolicyMode.Audit, 2), (facts.ProgramControl.AppLockerServiceRuns, facts.ProgramControl.AppControl, facts.ProgramControl.AppLocker[0].OtherRules));
        Assert.DoesNotContain("jane.doe", JsonSerializer.Serialize(facts, ManifestJson.Compact), StringComparison.Ordinal);
        Assert.Equal(("hospital.example", new PowerFacts(true, 60, false, 0), "FullLanguage"), (facts.Domain!.Name, facts.Power, facts.PowerShell!.LanguageMode));
        Assert.Equal(["S-1-5-80-0"], facts.ServiceLogon!.Allowed);

        // What was recorded is read back: a rehearsal starts from it.
        var path = Path.Combine(machine.Root, "site.facts.json");
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(facts, ManifestJson.Indented), TestContext.Current.CancellationToken);
        Assert.Equal([ours.Path, everything.Path], FactsFile.Read(path, "mend").ProgramControl!.AppLocker[0].Rules.Select(r => r.Path));
    }
}
