using System.IO.Compression;
using Gateway.DicomMail.Encodings;
using Gateway.DicomMail.OpenPgp;

namespace Gateway.DicomMail.Messages;

/// <summary>
/// How the content of a message is compressed, decided by what it saves on samples of its objects. Base64 costs a third, which Huffman codes
/// alone take back, whatever it encodes; more effort is spent only where it pays.
/// </summary>
internal static class CompressionChoice
{
    private const int SampleBytes = 48 * 1024;
    private const int MostSamples = 8;
    private const double Worthwhile = 0.95;

    /// <summary>Decides.</summary>
    /// <param name="objects">The objects.</param>
    /// <param name="binary">Whether they are written as they are, or else in base64.</param>
    /// <exception cref="IOException">An object cannot be read.</exception>
    public static Compression For(IReadOnlyList<StudyObject> objects, bool binary)
    {
        var samples = objects.Chunk(Math.Max(1, objects.Count / MostSamples)).Select(some => SampleOf(some[0], binary)).ToList();
        var plain = samples.Sum(sample => (long)sample.Length);
        if (plain == 0)
            return Compression.None;
        var fast = samples.Sum(sample => Deflated(sample, new ZLibCompressionOptions { CompressionLevel = 2 }));
        if (binary)
            return fast < Worthwhile * plain ? Compression.Fast : Compression.None;
        var huffman = samples.Sum(sample => Deflated(sample, new ZLibCompressionOptions { CompressionLevel = 1, CompressionStrategy = ZLibCompressionStrategy.HuffmanOnly }));
        return fast < Worthwhile * huffman ? Compression.Fast : Compression.Huffman;
    }

    // From the middle: the head of an object is text, which says little about its pixels.
    private static byte[] SampleOf(StudyObject one, bool binary)
    {
        using var file = one.Open();
        if (file.CanSeek)
            file.Position = Math.Max(0, (file.Length - SampleBytes) / 2);
        var bytes = new byte[SampleBytes];
        var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (binary)
            return bytes[..read];
        var text = new byte[SampleBytes * 3 / 2];
        return text[..Base64Lines.Encode(bytes.AsSpan(0, read), text)];
    }

    private static long Deflated(byte[] sample, ZLibCompressionOptions options)
    {
        using var counted = new MemoryStream();
        using (var deflating = new DeflateStream(counted, options, leaveOpen: true))
            deflating.Write(sample);
        return counted.Length;
    }
}
