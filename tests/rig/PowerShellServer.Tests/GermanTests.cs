using System.Management.Automation;

namespace Gateway.Rig.PowerShellServer.Tests;

/// <summary>A German Windows says the same in other words.</summary>
public sealed class GermanTests
{
    [Theory]
    [InlineData("", "Get-NetFirewallRule", "Name", "gateway-none")]
    [InlineData("", "Get-CimInstance", "ClassName", "Win32_NoSuchClass")]
    [InlineData("", "Get-SmbShare", "Name", "none")]
    [InlineData("", "Get-ScheduledTask", "TaskName", "none")]
    [InlineData("", "Export-ScheduledTask", "TaskName", "none")]
    [InlineData("access-denied", "New-NetFirewallRule", "DisplayName", "x")]
    [InlineData("access-denied", "Set-NetFirewallProfile", "Name", "Domain")]
    [InlineData("access-denied", "Add-MpPreference", "ExclusionPath", @"D:\VISUS")]
    public void An_error_has_a_German_message_and_the_id_and_category_of_the_English_one(string faults, string command, string parameter, string value)
    {
        using var english = new ServerSession(faults);
        using var german = new ServerSession($"{faults},german");

        var (one, other) = (english.Run(command, (parameter, value)).Error, german.Run(command, (parameter, value)).Error);

        Assert.Equal((one.FullyQualifiedErrorId, one.CategoryInfo.Category, one.CategoryInfo.Reason), (other.FullyQualifiedErrorId, other.CategoryInfo.Category, other.CategoryInfo.Reason));
        Assert.NotEqual(one.Exception.Message, other.Exception.Message);
        Assert.Matches("verweigert|Ungültig|nicht|keine", other.Exception.Message);
    }

    [Fact]
    public void Exclusions_are_withheld_in_German_too()
    {
        using var session = new ServerSession("access-denied,german");

        var lists = session.Run("Get-MpPreference").Only;

        Assert.Equal(["N/V: Zum Anzeigen von Ausschlüssen sind Administratorrechte erforderlich"], LanguagePrimitives.ConvertTo<string[]>(lists.Properties["ExclusionPath"].Value));
    }
}
