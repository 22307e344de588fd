using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines;

/// <summary>Accounts of services: what Windows is given in place of a password ("ChangeServiceConfigW function", lpPassword), and whose service is not taken from them.</summary>
public class ServiceLogonsTests
{
    private const string Service = "DicomMailGateway";

    [Theory]
    [InlineData("LocalSystem", "")]
    [InlineData(@"NT AUTHORITY\LocalService", "")]
    [InlineData(@"nt authority\networkservice", "")]
    [InlineData(@"NT SERVICE\DicomMailGateway", null)]
    [InlineData(@"HOSPITAL\gateway$", null)]
    [InlineData(@".\operator", null)]
    public void Virtual_and_managed_accounts_have_none_and_the_machines_own_an_empty_one(string account, string? password) =>
        Assert.Equal(password, ServiceLogons.PasswordOf(account));

    [Theory]
    [InlineData(@"CLINIC\jane.doe", false)]
    [InlineData(@".\operator", false)]
    [InlineData("operator@clinic.example", false)]
    [InlineData("LocalSystem", true)]
    [InlineData(@"NT AUTHORITY\NetworkService", true)]
    [InlineData(@"NT SERVICE\Somebody", true)]
    [InlineData(@"CLINIC\gateway$", true)]
    [InlineData("", true)] // recorded facts do not name a stranger's account
    public async Task A_service_whose_password_would_be_lost_is_left_as_it_is(string account, bool taken)
    {
        await using var machine = new Rehearsed(Rehearsed.DefaultAppliance("""{ "takeOver": ["service/DicomMailGateway"] }"""));
        var theirs = new ServiceState(Service, "Somebody's", @"""D:\theirs.exe""", account, ServiceStart.Manual, false, [], Running: true);
        machine.Store.Update(f => f with { Services = [.. f.Services ?? [], theirs] });
        var result = await machine.TryApplyAsync();
        var now = machine.Store.Now.Services!.Single(s => s.Name == Service);
        if (taken)
        {
            Assert.Equal(ApplyOutcome.Applied, result.Outcome);
            Assert.Equal(@"NT SERVICE\DicomMailGateway", now.Account);
            return;
        }

        Assert.Equal(ApplyOutcome.Reverted, result.Outcome);
        var why = Assert.Single(result.Diagnostics, d => d.Code == "GW2206");
        Assert.Contains(account, why.Message, StringComparison.Ordinal);
        Assert.Equal((theirs.Account, theirs.CommandLine, true), (now.Account, now.CommandLine, now.Running));
    }
}
