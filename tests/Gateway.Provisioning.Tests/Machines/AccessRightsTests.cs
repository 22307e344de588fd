using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Sections;
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
