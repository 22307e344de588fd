using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>Encrypts what it is given into a packet with a modification detection code (RFC 9580 section 5.13.1): AES in CFB mode from an initial vector of zeros, SHA-1 over the plaintext.</summary>
internal sealed class SealedWriter : ForwardWriter
{
    /// <summary>The version of the packet.</summary>
    public const byte Version = 1;

    /// <summary>The header of the modification detection code packet, which is always this.</summary>
    public static ReadOnlySpan<byte> CodeHeader => [0xD3, 0x14];

    private const int BlockBytes = 1 << 16;

    private readonly PartialWriter output;
    private readonly CfbCipher aes;
    private readonly IncrementalHash code = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
    private readonly byte[] plain = new byte[BlockBytes];
    private readonly byte[] cipher = new byte[BlockBytes];
    private int filled;

    public SealedWriter(Stream output, SessionKey key)
    {
        this.output = new PartialWriter(output, PacketTag.SymmetricEncryptedIntegrityProtected);
        this.output.Write([Version]);
        aes = new CfbCipher(key.Key);
        var random = RandomNumberGenerator.GetBytes(CfbCipher.Block);
        Write([.. random, .. random[^2..]]);
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var taken = Math.Min(buffer.Length, BlockBytes - filled);
            buffer[..taken].CopyTo(plain.AsSpan(filled));
            filled += taken;
            buffer = buffer[taken..];
            if (filled == BlockBytes)
            {
                code.AppendData(plain);
                Encrypt();
            }
        }
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        Write(CodeHeader);
        code.AppendData(plain.AsSpan(0, filled));
        var hash = code.GetHashAndReset();
        var now = Math.Min(hash.Length, BlockBytes - filled);
        hash.AsSpan(0, now).CopyTo(plain.AsSpan(filled));
        filled += now;
        if (now < hash.Length)
        {
            Encrypt();
            hash.AsSpan(now).CopyTo(plain);
            filled = hash.Length - now;
        }

        Encrypt();
        output.Complete();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            aes.Dispose();
            code.Dispose();
            output.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Encrypt()
    {
        var whole = (filled + CfbCipher.Block - 1) / CfbCipher.Block * CfbCipher.Block;
        aes.Encrypt(plain.AsSpan(0, whole), cipher);
        output.Write(cipher.AsSpan(0, filled));
        filled = 0;
    }
}
