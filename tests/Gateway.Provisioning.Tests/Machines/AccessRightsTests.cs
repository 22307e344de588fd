using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines;

public class AccessRightsTests
{
    // Two well-known virtual accounts, as 'sc showsid' gives them.
    [Theory]
    [InlineData("TrustedInstaller", "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464")]
    [InlineData("MSSQLSERVER", "S-1-5-80-3880718306-3832830129-1677859214-2598158968-1052248003")]
    public void A_services_SID_is_computed_before_the_service_exists(string service, string sid) => Assert.Equal(sid, AccessRights.ServiceSid(service));

    [Fact]
    public void The_database_reads_what_it_needs_and_nothing_of_the_gateways()
    {
        var appliance = Rehearsed.DefaultAppliance();
        var database = AccessRights.ServiceSid(appliance.Database.ServiceName);
        string RightsAt(string path) => AccessRights.Of(appliance.Folders.Where(f => f.Path.Contains(WindowsPath.Of(path))).MaxBy(f => f.Path.Text.Length)!.Access, appliance);
        Assert.Contains($"(A;OICI;0x1200a9;;;{database})", RightsAt(appliance.Database.ConfigurationFile(appliance.Gateway).Text), StringComparison.Ordinal);
        Assert.Contains($"(A;OICI;0x1200a9;;;{database})", RightsAt(@"D:\VISUS\MariaDB\bin\mariadbd.exe"), StringComparison.Ordinal);
        Assert.Contains($"(A;OICI;0x1301bf;;;{database})", RightsAt(@"D:\mariaDB\data"), StringComparison.Ordinal);
        foreach (var path in new[] { @"D:\VISUS\config\gateway.json", @"D:\VISUS\data\ledger.db", @"E:\VISUS\images", @"E:\backup" })
            Assert.DoesNotContain(database, RightsAt(path), StringComparison.Ordinal);
        var gateway = AccessRights.ServiceSid(appliance.Gateway.ServiceName);
        Assert.DoesNotContain(gateway, RightsAt(appliance.Database.ConfigurationFile(appliance.Gateway).Text), StringComparison.Ordinal);
    }

    [Fact]
    public void Rights_cut_inheritance_and_name_no_ordinary_user()
    {
        var appliance = Rehearsed.DefaultAppliance();
        foreach (var access in Enum.GetValues<FolderAccess>())
        {
            var sddl = AccessRights.Of(access, appliance);
            Assert.StartsWith("O:BAG:SYD:PAI(", sddl, StringComparison.Ordinal);
            Assert.Contains("(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", sddl, StringComparison.Ordinal);
            Assert.DoesNotContain(";;;WD)", sddl, StringComparison.Ordinal);
            Assert.DoesNotContain(";;;BU)", sddl, StringComparison.Ordinal);
            Assert.DoesNotContain(";;;AU)", sddl, StringComparison.Ordinal);
        }
    }
}
