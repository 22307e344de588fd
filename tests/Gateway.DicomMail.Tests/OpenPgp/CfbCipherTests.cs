using System.Security.Cryptography;
using Gateway.DicomMail.OpenPgp;
using Xunit;

namespace Gateway.DicomMail.Tests.OpenPgp;

public class CfbCipherTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(32)]
    public void The_platform_and_BouncyCastle_encrypt_alike_however_it_is_cut(int keyBytes)
    {
        var key = RandomNumberGenerator.GetBytes(keyBytes);
        var plain = RandomNumberGenerator.GetBytes(100 * CfbCipher.Block);
        var whole = new byte[plain.Length];
        using (var platform = new CfbCipher(key, byPlatform: true))
            platform.Encrypt(plain, whole);
        using var other = new CfbCipher(key, byPlatform: false);
        var pieces = new byte[plain.Length];
        for (int at = 0, blocks = 0; at < plain.Length; at += blocks * CfbCipher.Block, blocks++)
        {
            var now = Math.Min(blocks * CfbCipher.Block, plain.Length - at);
            other.Encrypt(plain.AsSpan(at, now), pieces.AsSpan(at, now));
        }

        Assert.Equal(whole, pieces);
    }
}
