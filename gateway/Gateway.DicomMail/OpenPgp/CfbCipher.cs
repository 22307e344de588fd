using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>
/// AES in CFB mode with feedback of whole blocks, from an initial vector of zeros (RFC 9580 section 13.9 without its resynchronization). By the platform, which does it in hardware; by BouncyCastle
/// where the platform has only feedback of bytes, as Wine.
/// </summary>
internal sealed class CfbCipher : IDisposable
{
    /// <summary>The bytes of a block.</summary>
    public const int Block = 16;

    private static readonly bool HasPlatform = Probe();

    private readonly Aes? aes;
    private readonly byte[] vector = new byte[Block];
    private readonly CfbBlockCipher? other;

    /// <summary>Begins with a key.</summary>
    /// <param name="key">16, 24 or 32 bytes.</param>
    public CfbCipher(byte[] key)
        : this(key, HasPlatform)
    {
    }

    /// <summary>Begins with a key, by one or the other.</summary>
    /// <param name="key">16, 24 or 32 bytes.</param>
    /// <param name="byPlatform">Whether the platform does it.</param>
    internal CfbCipher(byte[] key, bool byPlatform)
    {
        if (byPlatform)
        {
            aes = Aes.Create();
            aes.Key = key;
            return;
        }

        other = new CfbBlockCipher(AesUtilities.CreateEngine(), 8 * Block);
        other.Init(forEncryption: true, new ParametersWithIV(new KeyParameter(key), vector));
    }

    /// <summary>Encrypts what follows what was encrypted before.</summary>
    /// <param name="plain">Whole blocks.</param>
    /// <param name="cipher">Takes as many.</param>
    public void Encrypt(ReadOnlySpan<byte> plain, Span<byte> cipher)
    {
        if (plain.IsEmpty)
            return;
        if (aes is not null)
        {
            aes.EncryptCfb(plain, vector, cipher, PaddingMode.None, feedbackSizeInBits: 8 * Block);
            cipher.Slice(plain.Length - Block, Block).CopyTo(vector);
            return;
        }

        for (var at = 0; at < plain.Length; at += Block)
            other!.ProcessBlock(plain.Slice(at, Block), cipher.Slice(at, Block));
    }

    public void Dispose() => aes?.Dispose();

    private static bool Probe()
    {
        using var aes = Aes.Create();
        try
        {
            aes.EncryptCfb(new byte[Block], new byte[Block], new byte[Block], PaddingMode.None, feedbackSizeInBits: 8 * Block);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
