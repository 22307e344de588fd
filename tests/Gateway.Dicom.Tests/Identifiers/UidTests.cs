using Gateway.Dicom.Identifiers;
using Xunit;

namespace Gateway.Dicom.Tests.Identifiers;

public sealed class UidTests
{
    [Theory]
    [InlineData("1.2.840.10008.1.2\0", "1.2.840.10008.1.2")]
    [InlineData(" 1.2.3 ", "1.2.3")]
    public void Padding_does_not_count(string padded, string value) => Assert.Equal(value, Uid.Parse(padded).Value);

    [Theory]
    [InlineData("1.02.3")]
    [InlineData("1..3")]
    [InlineData("1.2.a")]
    [InlineData("../../etc/passwd")]
    public void What_real_devices_write_is_taken_and_said_not_to_conform(string text) => Assert.False(Uid.Parse(text).IsConformant);

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("1.2 3")]
    [InlineData("1.2\\3")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void What_is_no_uid_at_all_is_refused(string text)
    {
        Assert.False(Uid.TryParse(text, out _));
        Assert.Throws<FormatException>(() => Uid.Parse(text));
    }

    [Fact]
    public void A_uuid_is_its_decimal_value_under_2_25() => Assert.Equal(
        "2.25.329800735698586629295641978511506172918",
        Uid.FromUuid(Guid.Parse("f81d4fae-7dec-11d0-a765-00a0c91e6bf6")).Value); // PS3.5 annex B.2
}
