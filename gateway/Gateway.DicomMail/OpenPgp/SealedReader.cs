using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>
/// Decrypts a packet with a modification detection code (RFC 9580 section 5.13.1), and checks the code before it says that the end is reached. The last 22 bytes, which may be the code, are held back.
/// </summary>
/// <remarks>In CFB mode the key stream is the encrypted ciphertext, so that all blocks are decrypted at once by the processor's pipeline.</remarks>
internal sealed class SealedReader : ForwardReader
{
    private const int CipherBlock = 16;
    private const int PrefixBytes = CipherBlock + 2;
    private const int CodeBytes = 2 + 20;
    private const int BlockBytes = 1 << 16;

    private readonly Packet packet;
    private readonly Aes aes = Aes.Create();
    private readonly IncrementalHash code = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
    private readonly byte[] cipher = new byte[CipherBlock + BlockBytes]; // the block before, then the new ones
    private readonly byte[] stream = new byte[BlockBytes];
    private readonly byte[] plain = new byte[CodeBytes + BlockBytes]; // what was held back, then the new
    private int at;
    private int end;
    private bool whole;

    public SealedReader(Packet packet, SessionKey key)
    {
        this.packet = packet;
        var version = packet.ReadExactly(1)[0];
        if (version != SealedWriter.Version)
            throw new OpenPgpException(OpenPgpProblem.Unsupported, $"the message is encrypted in version {version}, and only {SealedWriter.Version} is read");
        aes.Key = key.Key;
        at = end = -CodeBytes;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (at == end)
        {
            if (whole || buffer.IsEmpty)
                return 0;
            Fill();
        }

        var taken = Math.Min(buffer.Length, end - at);
        plain.AsSpan(at, taken).CopyTo(buffer);
        at += taken;
        return taken;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            aes.Dispose();
            code.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Fill()
    {
        var first = end < 0;
        var read = packet.ReadAtLeast(cipher.AsSpan(CipherBlock), BlockBytes, throwOnEndOfStream: false);
        Decrypt(read);
        var held = first ? 0 : CodeBytes;
        if (!first)
            plain.AsSpan(end, CodeBytes).CopyTo(plain);
        stream.AsSpan(0, read).CopyTo(plain.AsSpan(held));
        var last = read < BlockBytes;
        var total = held + read;
        if (first && total < PrefixBytes + CodeBytes)
            throw NotWhole();
        (at, end) = (first ? PrefixBytes : 0, total - CodeBytes);
        code.AppendData(plain.AsSpan(0, end));
        if (last)
            Check(plain.AsSpan(end, CodeBytes));
    }

    private void Decrypt(int count)
    {
        var padded = (count + CipherBlock - 1) / CipherBlock * CipherBlock;
        aes.EncryptEcb(cipher.AsSpan(0, padded), stream, PaddingMode.None);
        var keys = MemoryMarshal.Cast<byte, Vector<byte>>(stream.AsSpan());
        var bytes = MemoryMarshal.Cast<byte, Vector<byte>>(cipher.AsSpan(CipherBlock));
        for (var index = 0; index * Vector<byte>.Count < padded; index++)
            keys[index] ^= bytes[index];
        cipher.AsSpan(padded, CipherBlock).CopyTo(cipher);
    }

    private void Check(ReadOnlySpan<byte> held)
    {
        var header = SealedWriter.CodeHeader;
        code.AppendData(held[..header.Length]);
        if (!CryptographicOperations.FixedTimeEquals(code.GetHashAndReset(), held[header.Length..]) || !held.StartsWith(header))
            throw NotWhole();
        whole = true;
    }

    private static OpenPgpException NotWhole() => new(OpenPgpProblem.NotWhole, "the message was changed or cut off on its way: its modification detection code is wrong");
}
