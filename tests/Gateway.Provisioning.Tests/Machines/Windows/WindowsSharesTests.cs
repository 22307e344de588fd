using System.Text.Json.Nodes;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Windows;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines.Windows;

/// <summary>Shares as the product reads them, through the cmdlet of the rig.</summary>
public sealed class WindowsSharesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Windows_own_shares_are_told_apart_by_the_property_and_not_by_their_name()
    {
        using var rig = new RigPowerShell();
        var shares = new WindowsShares(rig.Connection);
        Assert.All(await shares.ReadAsync(Cancel), share => Assert.True(share.IsAdministrativeDefault));

        rig.Change(state => state["shares"] = new JsonObject
        {
            ["shares"] = new JsonArray(Share("ADMIN$", @"C:\Windows", special: true), Share("hidden$", @"E:\", special: false), Share("IPC$", null, special: true, type: 3)),
        });
        var found = await shares.ReadAsync(Cancel);
        Assert.Equal([("ADMIN$", @"C:\Windows", true), ("hidden$", @"E:\", false), ("IPC$", "", true)], found.Select(share => (share.Name, share.Path, share.IsAdministrativeDefault)));
        Assert.Equal(["Get-SmbShare", "Get-SmbShare"], rig.Calls);
    }

    [Fact]
    public async Task Without_the_module_nothing_is_known()
    {
        using var rig = new RigPowerShell("smbshare-missing");
        var unknown = await Assert.ThrowsAsync<NotAssessableException>(() => new WindowsShares(rig.Connection).ReadAsync(Cancel));
        Assert.Contains("Get-SmbShare", unknown.Message, StringComparison.Ordinal);
    }

    private static JsonObject Share(string name, string? path, bool special, int type = 0) =>
        new() { ["name"] = name, ["path"] = path, ["special"] = special, ["shareType"] = type };
}
