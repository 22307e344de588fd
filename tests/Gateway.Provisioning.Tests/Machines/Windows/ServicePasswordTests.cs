using Gateway.Provisioning.Machines.Windows;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines.Windows;

/// <summary>What Windows is given in place of a password, account by account ("ChangeServiceConfigW function", lpPassword).</summary>
public class ServicePasswordTests
{
    [Theory]
    [InlineData("LocalSystem", "")]
    [InlineData(@"NT AUTHORITY\LocalService", "")]
    [InlineData(@"nt authority\networkservice", "")]
    [InlineData(@"NT SERVICE\DicomMailGateway", null)]
    [InlineData(@"HOSPITAL\gateway$", null)]
    [InlineData(@".\operator", null)]
    public void Virtual_and_managed_accounts_have_none_and_the_machines_own_an_empty_one(string account, string? password) =>
        Assert.Equal(password, PasswordOf(account));

#pragma warning disable CA1416 // a decision about text; it calls nothing of Windows
    private static string? PasswordOf(string account) => ServiceControlManager.PasswordOf(account);
#pragma warning restore CA1416
}
