using System.IO.Compression;
using CsCheck;
using Gateway.DicomMail.OpenPgp;
using Xunit;

namespace Gateway.DicomMail.Tests.OpenPgp;

/// <summary>What the Huffman writer writes is deflate, which others read; gpg's zlib reads it with the whole messages.</summary>
public class HuffmanTests
{
    [Fact]
    public void Any_bytes_come_back() => Gen.Select(Gen.Int[1, 256], Gen.Byte.Array[0, 3000], Gen.Int[1, 400]).Sample((symbols, bytes, piece) =>
    {
        var content = Array.ConvertAll(bytes, one => (byte)(one % symbols));
        Assert.Equal(content, Inflate(Deflate(content, piece)));
    });

    [Fact]
    public void Bytes_of_which_some_are_very_rare_come_back()
    {
        // As often as the numbers of Fibonacci: the code that is best for them has words of 30 bits.
        List<byte> content = [];
        var (one, two) = (1, 1);
        for (byte symbol = 0; content.Count < 300_000; symbol++, (one, two) = (two, one + two))
            content.AddRange(Enumerable.Repeat(symbol, one));
        Assert.Equal(content, Inflate(Deflate([.. content], 10_000)));
        var shuffled = content.ToArray();
        new Random(1).Shuffle(shuffled);
        Assert.Equal(shuffled, Inflate(Deflate(shuffled, 10_000)));
    }

    [Fact]
    public void Base64_becomes_as_short_as_what_it_stands_for_and_random_bytes_hardly_longer_than_they_are()
    {
        var random = new byte[3_000_000];
        new Random(1).NextBytes(random);
        var stored = Deflate(random, 65_536);
        Assert.Equal(random, Inflate(stored));
        Assert.InRange(stored.Length, random.Length, random.Length * 1.001);
        var text = System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(random));
        var coded = Deflate(text, 65_536);
        Assert.Equal(text, Inflate(coded));
        Assert.InRange(coded.Length, random.Length, random.Length * 1.01);
    }

    private static byte[] Deflate(byte[] content, int piece)
    {
        using var output = new MemoryStream();
        using var writer = new HuffmanWriter(output);
        foreach (var part in content.Chunk(piece))
            writer.Write(part);
        writer.Complete();
        return output.ToArray();
    }

    private static byte[] Inflate(byte[] deflated)
    {
        using var input = new DeflateStream(new MemoryStream(deflated), CompressionMode.Decompress);
        using var content = new MemoryStream();
        input.CopyTo(content);
        return content.ToArray();
    }
}
