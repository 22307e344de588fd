using Gateway.DicomMail.OpenPgp;
using Xunit;

namespace Gateway.DicomMail.Tests;

/// <summary>Fingerprints are read as people write them.</summary>
public class FingerprintTests
{
    [Fact]
    public void One_is_read_as_gpg_shows_it()
    {
        Assert.True(Fingerprint.TryParse("d1e0 83b1 9a2f 4c5d 6e7f  8091 a2b3 c4d5 e6f7 0819", out var fingerprint));
        Assert.Equal("D1E083B19A2F4C5D6E7F8091A2B3C4D5E6F70819", fingerprint.Value.Value);
        Assert.Equal(unchecked((long)0xA2B3C4D5E6F70819), fingerprint.Value.KeyId);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("D1E083B19A2F4C5D6E7F8091A2B3C4D5E6F7081")]
    [InlineData("G1E083B19A2F4C5D6E7F8091A2B3C4D5E6F70819")]
    public void What_is_none_is_not_read(string? text) => Assert.False(Fingerprint.TryParse(text, out _));
}
