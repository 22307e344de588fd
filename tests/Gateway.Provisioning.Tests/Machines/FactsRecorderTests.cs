using System.Text.Json;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
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
}
