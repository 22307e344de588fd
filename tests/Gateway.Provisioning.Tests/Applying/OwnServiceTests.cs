using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Resources.Managed;
using Gateway.Provisioning.Tests.Wrapping;
using Xunit;

namespace Gateway.Provisioning.Tests.Applying;

/// <summary>The service that looks after the machine is made by the engine, last; and a run that it makes itself never stops it.</summary>
public sealed class OwnServiceTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_service_is_the_last_that_is_made_and_its_events_have_their_source_before()
    {
        await using var machine = new Rehearsed();
        var changes = (await machine.AssessAsync()).Plan.Changes.Select(c => c.Resource.Text).ToList();
        Assert.Equal($"service/{ProvisioningService.Name}", changes[^1]);
        Assert.True(changes.IndexOf("registry-value/event-source") is >= 0, string.Join(", ", changes));
        Assert.True(changes.IndexOf("service/DicomMailGateway") < changes.Count - 1);
        await machine.ApplyAsync();
        var service = Service(machine)!;
        Assert.Equal(
            ($"\"D:\\VISUS\\gateway\\{ProductVersion.Text}\\gwctl.exe\" service", "LocalSystem", ServiceStart.DelayedAutomatic, true, true),
            (service.CommandLine, service.Account, service.Start, service.RestartOnFailure, service.Running));
        Assert.Equal(
            $@"D:\VISUS\gateway\{ProductVersion.Text}\System.Diagnostics.EventLog.Messages.dll",
            machine.Machine.Registry.Read(@"SYSTEM\CurrentControlSet\Services\EventLog\Application\GatewayProvisioning", "EventMessageFile")!.Text);
    }

    [Fact]
    public async Task A_run_of_the_service_gives_it_another_program_and_lets_it_run()
    {
        await using var asService = new Rehearsed(wrap: AsService);
        await asService.ApplyAsync();
        Meddle(asService, s => s with { CommandLine = "\"D:\\VISUS\\gateway\\0.0.9\\gwctl.exe\" service" });
        Assert.Equal(1, (await asService.ApplyAsync()).Changed);
        var service = Service(asService)!;
        Assert.Contains(ProductVersion.Text, service.CommandLine, StringComparison.Ordinal);
        Assert.True(service.Running);
        Assert.Empty((await asService.AssessAsync()).Plan.Changes);

        await asService.RollbackAsync();
        Assert.Contains("0.0.9", Service(asService)!.CommandLine, StringComparison.Ordinal);
        Assert.True(Service(asService)!.Running);
    }

    [Fact]
    public async Task A_rollback_that_the_service_has_to_finish_takes_itself_away_last_and_says_so()
    {
        await using var machine = new Rehearsed(wrap: AsService);
        await machine.ApplyAsync();
        var step = Run.ToTakeBack(Run.Of(Journal.Open(machine.JournalFile, machine.Clock)))!.Changed.Single(s => s.Resource.Id.Text == $"service/{ProvisioningService.Name}");
        Assert.True(((WindowsService)step.Resource).WouldEnd(machine.Acting, step.Before));
        Assert.False(((WindowsService)step.Resource).WouldEnd(machine.Machine, step.Before)); // another program stops it like any other

        var result = await machine.RollbackAsync();
        Assert.Equal(ApplyOutcome.RolledBack, result.Outcome);
        Assert.Contains(result.Diagnostics, d => d.Code == "GW3202" && d.Message.Contains("takes itself back", StringComparison.Ordinal));
        Assert.True(machine.Acting.Services.IsOwnDeleted);
        Assert.DoesNotContain((await machine.Acting.Services.ReadAsync(Cancel)), s => s.Name == "DicomMailGateway");
    }

    private static WrappedMachine AsService(Gateway.Provisioning.Machines.IMachine inner) => new(inner) { Services = new OwnServices(inner) };

    private static ServiceState? Service(Rehearsed machine) => (machine.Store.Now.Services ?? []).SingleOrDefault(s => s.Name == ProvisioningService.Name);

    private static void Meddle(Rehearsed machine, Func<ServiceState, ServiceState> change) =>
        machine.Store.Update(f => f with { Services = [.. f.Services!.Select(s => s.Name == ProvisioningService.Name ? change(s) : s)] });
}
