using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Machines.Rehearsal;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Reading;
using Gateway.Provisioning.Resources;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Provisioning.Tests.Applying;

/// <summary>Nobody's work is destroyed: a service or a database that was there before under a name of the product's stops the plan until somebody has chosen.</summary>
public class ClaimTests
{
    private static readonly ServiceState Somebodys = new("DicomMailMariaDB", "MySQL", @"D:\MySQL\bin\mysqld.exe", "LocalSystem", ServiceStart.Automatic, false, [], Running: true);

    [Fact]
    public async Task A_service_of_somebody_elses_stops_the_plan_with_a_choice_and_stays()
    {
        await using var machine = new Rehearsed(facts: Facts(services: [Somebodys]));
        var refused = await machine.TryApplyAsync();
        Assert.Equal(ApplyOutcome.Refused, refused.Outcome);
        var diagnostic = Assert.Single(refused.Diagnostics);
        Assert.Equal("GW2002", diagnostic.Code);
        Assert.Contains(@"commandLine is D:\MySQL\bin\mysqld.exe", diagnostic.Message, StringComparison.Ordinal);
        Assert.Contains("\"service/DicomMailMariaDB\" in \"takeOver\"", diagnostic.Mend, StringComparison.Ordinal);
        Assert.Equal(Somebodys, machine.Store.Now.Services!.Single(s => s.Name == Somebodys.Name));
        Assert.False(Directory.Exists(machine.Machine.StateRoot));
    }

    [Fact]
    public async Task What_may_be_taken_over_is_and_a_rollback_puts_it_back()
    {
        await using var machine = new Rehearsed(Rehearsed.DefaultAppliance("""{ "takeOver": ["service/DicomMailMariaDB"] }"""), Facts(services: [Somebodys]));
        await machine.ApplyAsync();
        Assert.Equal(@"NT SERVICE\DicomMailMariaDB", machine.Store.Now.Services!.Single(s => s.Name == Somebodys.Name).Account);
        Assert.Equal(ApplyOutcome.RolledBack, (await machine.RollbackAsync()).Outcome);
        var back = machine.Store.Now.Services!.Single(s => s.Name == Somebodys.Name);
        Assert.Equal((Somebodys.CommandLine, Somebodys.Account, true), (back.CommandLine, back.Account, back.Running));
    }

    [Fact]
    public async Task A_package_of_nobody_knows_which_file_stops_the_plan_too()
    {
        await using var machine = new Rehearsed(facts: Facts(packages: [new PackageState("mariadb", "10.6.1")]));
        var refused = await machine.TryApplyAsync();
        Assert.Equal(["GW2002"], refused.Diagnostics.Select(d => d.Code));
        Assert.Contains("package/mariadb", refused.Diagnostics[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_product_made_and_somebody_changed_is_drift_and_no_claim()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        machine.Store.Update(f => f with { Services = [.. f.Services!.Select(s => s.Name == Somebodys.Name ? Somebodys : s)] });
        Assert.Empty((await machine.AssessAsync()).SomebodyElses);
        await machine.ApplyAsync();
        Assert.NotEqual(Somebodys.CommandLine, machine.Store.Now.Services!.Single(s => s.Name == Somebodys.Name).CommandLine);
    }

    [Fact]
    public void What_the_product_does_not_have_cannot_be_taken_over()
    {
        var reading = ManifestReader.Read([("appliance.json", System.Text.Encoding.UTF8.GetBytes(EmbeddedFiles.Text("appliance.json"))), ("overlay.json", """{ "takeOver": ["service/Spooler"] }"""u8.ToArray())], new DateOnly(2026, 11, 24));
        var found = ResourceGraph.Build(reading.Appliance!, reading.PlaceOf, out var graph);
        Assert.Null(graph);
        Assert.Equal(("GW1222", "overlay.json"), (Assert.Single(found).Code, found[0].Place!.File));
    }

    [Theory]
    [InlineData("mariadb", "mariadb.msi")]
    [InlineData("check-mk-agent", "agent.zip")]
    public void A_payload_of_the_wrong_kind_is_refused_where_it_is_named(string id, string file)
    {
        var other = id == "mariadb" ? """{ "id": "check-mk-agent", "version": "2.3", "file": "check_mk_agent.msi" }""" : """{ "id": "mariadb", "version": "11.4", "file": "mariadb.zip" }""";
        var overlay = $$"""{ "payloads": [ {{other}}, { "id": "{{id}}", "version": "1", "file": "{{file}}" } ] }""";
        var reading = ManifestReader.Read([("appliance.json", System.Text.Encoding.UTF8.GetBytes(EmbeddedFiles.Text("appliance.json"))), ("overlay.json", System.Text.Encoding.UTF8.GetBytes(overlay))], new DateOnly(2026, 11, 24));
        Assert.Equal(["GW1230"], reading.Diagnostics.Where(d => d.Severity == Gateway.Provisioning.Diagnosis.Severity.Error).Select(d => d.Code));
    }

    private static Gateway.Provisioning.Machines.Facts.MachineFacts Facts(IReadOnlyList<ServiceState>? services = null, IReadOnlyList<PackageState>? packages = null)
    {
        var facts = RehearsalMachine.AsDelivered(new FakeTimeProvider(Rehearsed.Now));
        return facts with { Services = [.. facts.Services ?? [], .. services ?? []], Packages = [.. facts.Packages ?? [], .. packages ?? []] };
    }
}
