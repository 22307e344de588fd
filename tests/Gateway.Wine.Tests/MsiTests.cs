using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>
/// What site IT has of the MSI: either a working gateway, or an untouched server with a reason. Real here: Windows Installer as far as Wine has one, files, services, the journal, Debian's MariaDB
/// behind the programs of the rig's archive. The rig's: what the cmdlets say. Never asserted: access rights.
/// </summary>
public class MsiTests(PreparedWine prepared)
{
    [Fact]
    public async Task A_silent_installation_gives_a_verified_gateway_that_takes_images_is_repaired_and_leaves_data_when_it_goes()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await MsiMachine.ReadyAsync(prepared, cancel);

        var (code, log) = await machine.MsiexecAsync(MsiMachine.Install, cancel);
        Assert.True(code == 0, $"{code}\n{log}");
        await machine.AssertRunsAsync(cancel);
        await machine.StoreAsync("one", cancel);

        // Stage two: the agent is an MSI itself, and the service installs it when Windows Installer is free.
        await machine.UntilStandingAsync("verified", cancel);
        Assert.True(File.Exists(Path.Combine(machine.DriveC, "Program Files (x86)", "checkmk", "service", "check_mk_agent.exe")));
        await machine.UntilQuietAsync(cancel);
        var verify = await machine.GwctlAsync(cancel, ["verify", .. WineMachine.Manifest, "--json"]);
        Assert.True(verify.ExitCode == 0, verify.ToString());
        var said = await File.ReadAllTextAsync(machine.InstallationLog, cancel);
        Assert.Contains(@"apply of version 0.1.0, manifest C:\appliance.json", said, StringComparison.Ordinal);
        Assert.Contains("GatewayProvisioning does the rest when Windows Installer is free: package/check-mk-agent", said, StringComparison.Ordinal);
        Assert.Contains("HW-3", await File.ReadAllTextAsync(Directory.EnumerateFiles(Path.GetDirectoryName(machine.InstallationLog)!, "*.html").First(), cancel), StringComparison.Ordinal);

        // Once more: nothing is changed.
        var lines = machine.JournalLines();
        var (again, second) = await machine.MsiexecAsync(MsiMachine.Install, cancel);
        Assert.True(again == 0, second);
        Assert.Equal(lines, machine.JournalLines());
        Assert.Equal("verified", await machine.StandingAsync(cancel));

        // A program file is lost, and a service with it.
        var lost = Path.Combine(machine.DriveD, "VISUS", "gateway", "0.1.0", "Gateway.Dicom.dll");
        File.Delete(lost);
        await machine.RunAsync(cancel, "sc", "stop", "DicomMailGateway");
        var (repaired, third) = await machine.MsiexecAsync(@"/i C:\Gateway.msi REINSTALL=ALL REINSTALLMODE=omus", cancel); // what "Apps" asks for; Wine's /f takes no product code
        Assert.True(repaired == 0, third);
        Assert.True(File.Exists(lost));
        await machine.AssertRunsAsync(cancel);
        await machine.StoreAsync("two", cancel);

        // What holds data stays, and the agent, which is an MSI itself.
        await machine.UntilQuietAsync(cancel);
        var images = machine.Images();
        var (removed, removal) = await machine.MsiexecAsync(MsiMachine.Uninstall, cancel);
        Assert.True(removed == 0, removal);
        Assert.DoesNotContain("SERVICE_NAME", await machine.ServiceAsync("DicomMailGateway", cancel), StringComparison.Ordinal);
        Assert.DoesNotContain("SERVICE_NAME", await machine.ServiceAsync("GatewayProvisioning", cancel), StringComparison.Ordinal);
        Assert.Empty(machine.FirewallRules());
        Assert.False(machine.HasProgram());
        Assert.Equal(images, machine.Images());
        Assert.True(Directory.Exists(Path.Combine(machine.DriveD, "mariaDB", "data", "gateway")));
        Assert.Equal("", await machine.StandingAsync(cancel));
        Assert.True(File.Exists(Path.Combine(machine.DriveC, "Program Files (x86)", "checkmk", "service", "check_mk_agent.exe")));
    }

    [Fact]
    public async Task A_machine_that_is_too_small_is_left_as_it_was_and_log_and_report_say_why()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await MsiMachine.ReadyAsync(prepared, cancel, driveD: "20G");
        var before = await machine.PictureAsync(cancel);
        var (code, log) = await machine.MsiexecAsync(MsiMachine.Install + " LANGUAGE=de", cancel);
        Assert.Equal(1603, code);
        Assert.Contains("GW2001 HW-3 ist nicht erf\u00fcllt", log, StringComparison.Ordinal);
        Assert.Equal(before, await machine.PictureAsync(cancel));
        var reports = Path.GetDirectoryName(machine.InstallationLog)!;
        Assert.Contains("error GW2001: HW-3 is not met", await File.ReadAllTextAsync(machine.InstallationLog, cancel), StringComparison.Ordinal);
        Assert.Contains("HW-3", await File.ReadAllTextAsync(Assert.Single(Directory.EnumerateFiles(reports, "*.html")), cancel), StringComparison.Ordinal);
    }
}
