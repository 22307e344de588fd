using System.Runtime.Versioning;
using Gateway.Windows.Tests.Whole;
using Xunit;

namespace Gateway.Windows.Tests.Installing;

/// <summary>What only a real Windows Installer has: the one installation at a time, access rights that it sets, its events and ours, "Apps", the agent's own MSI after it.</summary>
[Trait("Category", "RealWindows")]
[SupportedOSPlatform("windows")]
public class MsiTests
{
    private static string? Msi => Environment.GetEnvironmentVariable("GATEWAY_MSI");

    [Fact]
    public async Task While_another_installation_runs_it_ends_with_1618()
    {
        Permission.Change();
        Permission.Skip(WhyNoMsi());
        using var mutex = new Mutex(initiallyOwned: true, @"Global\_MSIExecute");
        var cancel = TestContext.Current.CancellationToken;
        Assert.Equal(1618, (await WindowsTool.RunAsync("msiexec", cancel, "/i", Msi!, "/qn")).ExitCode);
        mutex.ReleaseMutex();
    }

    [Fact]
    public async Task It_installs_sets_rights_writes_events_leaves_the_agent_to_stage_two_and_is_removed()
    {
        Permission.Change();
        Permission.Skip(WhyNoMsi());
        var cancel = TestContext.Current.CancellationToken;
        await using var appliance = new Appliance();
        await appliance.InitializeAsync();
        appliance.Need();
        Directory.Delete(@"D:\VISUS\gateway", recursive: true); // the MSI lays it down
        var log = Path.Combine(Path.GetTempPath(), "gateway-msi.log");

        var installed = await MsiexecAsync($"/i \"{Msi}\" {appliance.Properties} /qn /l*v \"{log}\"", cancel);
        Assert.True(installed is 0 or 3010, $"{installed}: see {log}");
        Assert.Equal("O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)", await OneAsync(@"(Get-Acl D:\VISUS\gateway).Sddl", cancel));
        Assert.Contains("(A;OICI;0x1200a9;;;IU)", await OneAsync(@"(Get-Acl D:\VISUS\state\reports).Sddl", cancel), StringComparison.Ordinal);
        Assert.Equal("3101;3103", await OneAsync("(Get-WinEvent -FilterHashtable @{ LogName = 'Application'; ProviderName = 'GatewayProvisioning'; Id = 3101, 3103 } -MaxEvents 2 | Sort-Object Id | ForEach-Object Id) -join ';'", cancel));
        Assert.Equal("1", await OneAsync(@"@(Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Where-Object DisplayName -Like 'DICOM-Mail Gateway*').Count", cancel));

        // Stage two: the agent's real MSI, once Windows Installer is free.
        for (var waited = 0; await OneAsync("@(Get-Service CheckMkService -ErrorAction SilentlyContinue).Count", cancel) != "1"; waited++)
        {
            Assert.True(waited < 60, "GatewayProvisioning has not installed the agent within five minutes");
            await Task.Delay(5000, cancel);
        }

        Assert.Equal(0, await MsiexecAsync($"/x \"{Msi}\" {appliance.Properties} /qn /l*v \"{log}\"", cancel));
        Assert.False(File.Exists(Appliance.Program));
        Assert.Equal(1060, (await WindowsTool.RunAsync("sc", cancel, "query", Appliance.Service)).ExitCode);
        Assert.Equal("3105", await OneAsync("(Get-WinEvent -FilterHashtable @{ LogName = 'Application'; ProviderName = 'GatewayProvisioning' } -MaxEvents 1).Id", cancel));
        await WindowsTool.AskAsync(@"Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*', 'HKLM:\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall\*' | Where-Object DisplayName -Like 'Check MK Agent*' | ForEach-Object { Start-Process msiexec -ArgumentList '/x', $_.PSChildName, '/qn' -Wait }", cancel);
    }

    private static async Task<int> MsiexecAsync(string arguments, CancellationToken cancel)
    {
        using var process = System.Diagnostics.Process.Start("msiexec", arguments);
        await process.WaitForExitAsync(cancel);
        return process.ExitCode;
    }

    private static async Task<string> OneAsync(string expression, CancellationToken cancel) =>
        ((string?)(await WindowsTool.AskForOneAsync($"[pscustomobject]@{{ Value = \"$({expression})\" }}", cancel))["Value"])!;

    private static string? WhyNoMsi() => File.Exists(Msi) ? null : "GATEWAY_MSI names no Gateway.msi (built on Linux: installer/README.md)";
}
