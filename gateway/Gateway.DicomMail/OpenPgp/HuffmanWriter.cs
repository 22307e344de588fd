using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>
/// Compresses to deflate (RFC 1951) with Huffman codes alone, each block with its own: three to four times as fast as zlib, whose strategy of that name still prepares to look for repetitions.
/// What would grow is stored.
/// </summary>
[SuppressMessage("Usage", "CA2213", Justification = "The output belongs to the caller.")]
internal sealed class HuffmanWriter(Stream output) : ForwardWriter
{
    private const int BlockBytes = 60 << 10; // below the longest stored block, 65,535 bytes
    private const int EndOfBlock = 256;
    private const int Symbols = EndOfBlock + 1;
    private const int LongestWord = 12; // four of them, and the bits of an unfinished byte, fit into 64
    private const int HeadBytes = 256;

    private readonly byte[] block = new byte[BlockBytes];
    private readonly byte[] coded = new byte[BlockBytes + HeadBytes + sizeof(ulong)];
    private int filled;
    private int end;
    private ulong bits;
    private int bitCount;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var taken = Math.Min(buffer.Length, BlockBytes - filled);
            buffer[..taken].CopyTo(block.AsSpan(filled));
            filled += taken;
            buffer = buffer[taken..];
            if (filled == BlockBytes)
                WriteBlock();
        }
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        if (filled > 0)
            WriteBlock();
        Put(0b011, 3); // the last block, with fixed codes
        Put(0, 7); // which ends at once
        Align();
        output.Write(coded.AsSpan(0, end));
    }

    private void WriteBlock()
    {
        var counts = Count(block.AsSpan(0, filled));
        var lengths = HuffmanCode.Lengths([.. counts], LongestWord);
        if (lengths.Zip(counts, (length, count) => (long)length * count).Sum() / 8 + HeadBytes < filled)
            WriteCoded(lengths);
        else
            WriteStored();
        output.Write(coded.AsSpan(0, end));
        (end, filled) = (0, 0);
    }

    private static int[] Count(ReadOnlySpan<byte> bytes)
    {
        // Two counters for each symbol: the same one twice in a row would wait for itself.
        Span<int> even = stackalloc int[Symbols];
        Span<int> odd = stackalloc int[Symbols];
        even.Clear();
        odd.Clear();
        even[EndOfBlock] = 1;
        var at = 0;
        for (; at + 1 < bytes.Length; at += 2)
        {
            even[bytes[at]]++;
            odd[bytes[at + 1]]++;
        }

        if (at < bytes.Length)
            even[bytes[at]]++;
        var counts = new int[Symbols];
        for (var symbol = 0; symbol < Symbols; symbol++)
            counts[symbol] = even[symbol] + odd[symbol];
        return counts;
    }

    // RFC 1951 section 3.2.7, as simple as it can be: every length of a word is itself a word of four bits. Two words for distances, which never occur, make their code complete.
    private void WriteCoded(byte[] lengths)
    {
        Put(0b100, 3);
        Put(0, 5); // 257 literals and lengths
        Put(1, 5); // 2 distances
        Put(15, 4); // 19 lengths of code lengths: none for the three that repeat, four bits for the others
        for (var symbol = 0; symbol < 19; symbol++)
            Put(symbol < 3 ? 0u : 4u, 3);
        foreach (var length in (byte[])[.. lengths, 1, 1])
            Put((uint)(((length & 1) << 3) | ((length & 2) << 1) | ((length & 4) >> 1) | ((length & 8) >> 3)), 4);

        var words = HuffmanCode.Words(lengths);
        var table = new uint[256];
        for (var symbol = 0; symbol < table.Length; symbol++)
            table[symbol] = (words[symbol] << 4) | lengths[symbol];
        var bytes = block.AsSpan(0, filled);
        for (; bytes.Length >= 4; bytes = bytes[4..])
        {
            Add(table[bytes[0]]);
            Add(table[bytes[1]]);
            Add(table[bytes[2]]);
            Add(table[bytes[3]]);
            Emit();
        }

        foreach (var one in bytes)
            Put(words[one], lengths[one]);
        Put(words[EndOfBlock], lengths[EndOfBlock]);
    }

    private void WriteStored()
    {
        Put(0, 3);
        Align();
        BinaryPrimitives.WriteUInt16LittleEndian(coded.AsSpan(end), (ushort)filled);
        BinaryPrimitives.WriteUInt16LittleEndian(coded.AsSpan(end + 2), (ushort)~filled);
        block.AsSpan(0, filled).CopyTo(coded.AsSpan(end + 4));
        end += 4 + filled;
    }

    private void Put(uint word, int length)
    {
        Add((word << 4) | (uint)length);
        Emit();
    }

    // A word above its length of four bits.
    private void Add(uint entry)
    {
        bits |= (ulong)(entry >> 4) << bitCount;
        bitCount += (int)(entry & 0xF);
    }

    private void Emit()
    {
        BinaryPrimitives.WriteUInt64LittleEndian(coded.AsSpan(end), bits);
        end += bitCount >> 3;
        bits >>= bitCount & ~7;
        bitCount &= 7;
    }

    private void Align()
    {
        bitCount = (bitCount + 7) & ~7;
        Emit();
    }
}
