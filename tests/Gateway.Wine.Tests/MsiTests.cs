using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>
/// What site IT has of the MSI: either a working gateway, or an untouched server with a reason. Real here: Windows Installer as far as Wine has one, files, services, the journal. The rig's: what the
/// cmdlets say. Never asserted: access rights.
/// </summary>
public class MsiTests(PreparedWine prepared, PreparedMsi msi) : IClassFixture<PreparedMsi>
{
    private const string Manifest = @"MANIFEST=C:\appliance.json OVERLAY=""C:\Röntgen Süd.json""";
    private const string Install = @"/i C:\Gateway.msi " + Manifest;
    private const string Uninstall = @"/x C:\Gateway.msi " + Manifest;

    [Fact]
    public async Task A_silent_installation_gives_a_running_gateway_and_uninstalling_it_leaves_data()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await ReadyAsync("50G", cancel);

        var (code, log) = await machine.MsiexecAsync(Install, cancel);
        Assert.True(code == 0, $"{code}\n{log}");
        Assert.Contains("RUNNING", await machine.ServiceAsync("DicomMailGateway", cancel), StringComparison.Ordinal);
        Assert.Contains("RUNNING", await machine.ServiceAsync("GatewayProvisioning", cancel), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(machine.DriveD, "VISUS", "gateway", "0.1.0", "gwctl.exe")));
        await machine.UntilQuietAsync(cancel);
        Holding.Holds(await machine.GwctlAsync(cancel, ["verify", .. WineMachine.Manifest, "--json"]), "changes");

        var (removed, removal) = await machine.MsiexecAsync(Uninstall, cancel);
        Assert.True(removed == 0, removal);
        Assert.DoesNotContain("SERVICE_NAME", await machine.ServiceAsync("DicomMailGateway", cancel), StringComparison.Ordinal);
        Assert.Empty(machine.FirewallRules());
        Assert.False(File.Exists(Path.Combine(machine.DriveD, "VISUS", "gateway", "0.1.0", "gwctl.exe")));
        Assert.True(Directory.Exists(Path.Combine(machine.DriveE, "VISUS", "images")));
    }

    [Fact]
    public async Task A_machine_that_is_too_small_is_left_as_it_was_and_the_log_says_why()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await ReadyAsync("20G", cancel);
        var (code, log) = await machine.MsiexecAsync(Install, cancel);
        Assert.Equal(1603, code);
        Assert.Contains("GW2001 HW-3 is not met", log, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(machine.DriveD, "VISUS", "gateway", "0.1.0", "gwctl.exe")));
        Assert.DoesNotContain("SERVICE_NAME", await machine.ServiceAsync("DicomMailGateway", cancel), StringComparison.Ordinal);
        Assert.Empty(machine.FirewallRules());
    }

    private async Task<WineMachine> ReadyAsync(string driveD, CancellationToken cancel)
    {
        Assert.SkipWhen(prepared.Missing is not null, prepared.Missing ?? "");
        var machine = await WineMachine.StartAsync(prepared, cancel, driveD, isLaidDown: false);
        await machine.WriteManifestAsync("", cancel);
        File.Copy(msi.Path, Path.Combine(machine.DriveC, "Gateway.msi"));
        return machine;
    }
}
