using Gateway.Provisioning.Machines;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines;

public class DiscretionaryListTests
{
    private const string Sid = "S-1-5-80-1-2-3-4-5";
    private const string Other = "S-1-5-80-9-2-3-4-5";

    [Theory]
    [InlineData("D:PAI(A;;FA;;;SY)(A;;FA;;;BA)", false)]
    [InlineData($"D:PAI(A;;FA;;;SY)(A;;FR;;;{Sid})", true)]
    [InlineData($"D:(A;;GR;;;{Sid})", true)]
    [InlineData($"D:(A;;GAGR;;;{Sid})", true)]
    [InlineData($"D:(A;;0x120089;;;{Sid})", true)]
    [InlineData($"D:(A;;0x80120089;;;{Sid})", true)]
    [InlineData($"D:(A;;0x1f019b;;;{Sid})", true)]
    [InlineData($"D:(A;;FW;;;{Sid})", false)]
    [InlineData($"D:(A;;RCSD;;;{Sid})", false)]
    [InlineData($"D:(A;;0x120088;;;{Sid})", false)]
    [InlineData($"D:(A;;FR;;;{Other})", false)]
    [InlineData($"D:(A;OICIIO;FR;;;{Sid})", false)]
    [InlineData($"D:(D;;FR;;;{Sid})(A;;FR;;;{Sid})", false)]
    [InlineData($"D:(D;;FW;;;{Sid})(A;;FR;;;{Sid})", true)]
    public void An_account_may_read_by_an_entry_of_its_own_that_nothing_denies(string sddl, bool may) => Assert.Equal(may, DiscretionaryList.LetsRead(sddl, Sid));

    [Theory]
    [InlineData("D:PAI(A;;FA;;;SY)(A;;FA;;;BA)", $"D:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;{Sid})")]
    [InlineData("D:AI(D;;FA;;;WD)(A;;FA;;;SY)(A;ID;FA;;;BA)(A;ID;FR;;;BU)", $"D:AI(D;;FA;;;WD)(A;;FA;;;SY)(A;;FR;;;{Sid})(A;ID;FA;;;BA)(A;ID;FR;;;BU)")]
    [InlineData("O:BAG:SYD:P(A;;FA;;;SY)S:AI(AU;SAFA;FA;;;WD)", $"O:BAG:SYD:P(A;;FA;;;SY)(A;;FR;;;{Sid})S:AI(AU;SAFA;FA;;;WD)")]
    [InlineData("D:", $"D:(A;;FR;;;{Sid})")]
    public void A_reader_comes_behind_what_is_explicit_and_before_what_is_inherited_and_leaves_the_rest(string before, string after)
    {
        Assert.Equal(after, DiscretionaryList.WithReader(before, Sid));
        Assert.Equal(after, DiscretionaryList.WithReader(after, Sid));
        Assert.True(DiscretionaryList.LetsRead(after, Sid));
        Assert.Equal(before, DiscretionaryList.Without(after, Sid));
    }

    [Fact]
    public void What_denies_an_account_stays_when_its_right_is_taken() =>
        Assert.Equal($"D:(D;;FR;;;{Sid})(A;;FA;;;SY)", DiscretionaryList.Without($"D:(D;;FR;;;{Sid})(A;;FA;;;SY)(A;;FR;;;{Sid})", Sid));
}
