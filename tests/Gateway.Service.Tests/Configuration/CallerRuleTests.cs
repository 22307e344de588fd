using System.Net;
using Gateway.Dicom.Identifiers;
using Gateway.Service.Configuration;
using Xunit;

namespace Gateway.Service.Tests.Configuration;

public sealed class CallerRuleTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.255.0.1", true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("192.168.1.7", "192.168.1.7", true)]
    [InlineData("192.168.1.7", "192.168.1.8", false)]
    [InlineData("192.168.1.7", "::ffff:192.168.1.7", true)]
    [InlineData("fd00::/8", "fd12::1", true)]
    [InlineData("fd00::/8", "10.0.0.1", false)]
    public void A_caller_is_admitted_from_its_addresses_only(string allowed, string from, bool admitted)
    {
        Assert.True(CallerRule.TryParseNetwork(allowed, out var network));
        var rule = new CallerRule(AeTitle.Parse("PACS"), [network]);

        Assert.Equal(admitted, rule.Admits(AeTitle.Parse("PACS"), IPAddress.Parse(from)));
        Assert.False(rule.Admits(AeTitle.Parse("OTHER"), IPAddress.Parse(from)));
    }
}
