using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Xunit;

namespace Gateway.Windows.Tests.Whole;

/// <summary>What somebody changes by hand is drift and is mended; what a rollback takes back leaves the machine as it was found.</summary>
[Trait("Category", "RealWindows")]
[SupportedOSPlatform("windows")]
public class MendedAndTakenBackTests
{
    [Fact]
    public async Task A_built_machine_drifts_is_mended_and_is_taken_back()
    {
        Permission.Change();
        var cancel = TestContext.Current.CancellationToken;
        await using var appliance = new Appliance();
        await appliance.InitializeAsync();
        appliance.Need();

        // Planning changes nothing.
        var plan = await appliance.GwctlAsync(cancel, "plan", "--json");
        Assert.True(plan.ExitCode == 2, plan.ToString());
        Assert.NotEmpty(JsonNode.Parse(plan.Output)!["changes"]!.AsArray());
        Assert.Equal("", appliance.Before.Difference(await MachinePicture.TakeAsync(cancel)));
        Assert.False(Directory.Exists(@"E:\VISUS"));

        await appliance.ApplyAsync(cancel);
        Assert.NotEqual("", appliance.Before.Difference(await MachinePicture.TakeAsync(cancel)));

        // Somebody changes things by hand, with Windows' own tools.
        await WindowsTool.MustAsync("reg", cancel, "add", @"HKLM\SOFTWARE\Example hospital\Gateway", "/v", "Ward", "/d", "somewhere", "/f", "/reg:64");
        await WindowsTool.MustAsync("sc", cancel, "failure", Appliance.Service, "reset=", "0", "actions=", "");
        await WindowsTool.MustAsync("sc", cancel, "stop", Appliance.Service);
        await WindowsTool.AskAsync("Set-NetFirewallRule -Name GW-smtp-out -Enabled False", cancel);
        await WindowsTool.MustAsync("schtasks", cancel, "/change", "/tn", @"\DICOM-Mail Gateway\DICOM-Mail Gateway backup", "/disable");
        await WindowsTool.MustAsync("icacls", cancel, @"E:\VISUS\images", "/grant", "*S-1-5-32-545:(OI)(CI)RX");
        Directory.Delete(@"E:\backup");

        var verify = await appliance.GwctlAsync(cancel, "verify", "--json");
        Assert.True(verify.ExitCode is 2 or 3, verify.ToString()); // what does not run does not answer either
        var drift = JsonNode.Parse(verify.Output)!["changes"]!.AsArray();
        Assert.Equal(
            ["firewall-rule/smtp-out", "folder/backup", "folder/images", "registry-value/ward", "scheduled-task/DICOM-Mail Gateway backup", $"service/{Appliance.Service}"],
            drift.Select(c => (string)c!["resource"]!).Order(StringComparer.Ordinal));
        Assert.All(drift, change => Assert.Equal("machineMoved", (string)change!["cause"]!));

        appliance.HoldsButForWhatCannotBeLookedAt(await appliance.GwctlAsync(cancel, "apply", "--json"), "left");
        appliance.HoldsButForWhatCannotBeLookedAt(await appliance.GwctlAsync(cancel, "verify", "--json"), "changes");
        Assert.Matches(@"RESTART\b\D*5000\b", await WindowsTool.MustAsync("sc", cancel, "qfailure", Appliance.Service));
        Assert.DoesNotContain("S-1-5-32-545", (string)(await WindowsTool.AskForOneAsync(
            @"[pscustomobject]@{ Accounts = @((Get-Acl E:\VISUS\images).GetAccessRules($true, $true, [System.Security.Principal.SecurityIdentifier]) | ForEach-Object { $_.IdentityReference.Value }) -join ';' }", cancel))["Accounts"]!, StringComparison.Ordinal);

        // Taken back, the machine is as it was found; what holds data stays, and is the test's to remove.
        await appliance.TakeBackAsync(cancel);
        Assert.Equal("", appliance.Before.Difference(await MachinePicture.TakeAsync(cancel)));
        Assert.False(Directory.Exists(@"E:\backup"));
        Assert.Equal(1060, (await WindowsTool.RunAsync("sc", cancel, "query", Appliance.Service)).ExitCode);
    }
}
