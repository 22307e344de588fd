using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Utilities.Bzip2;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>Reads what a compressed packet holds (RFC 9580 section 5.6), and stops a bomb while it goes off.</summary>
[SuppressMessage("Usage", "CA2213", Justification = "The codec disposes of what it reads.")]
internal sealed class Decompressor : ForwardReader
{
    private const long Free = 1 << 20;

    private readonly Body body;
    private readonly Stream codec;
    private readonly DecryptionLimits limits;
    private readonly Func<long> encrypted;
    private long produced;

    /// <summary>Begins to read one.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="limits">What it may cost.</param>
    /// <param name="encrypted">How many encrypted bytes have been read so far.</param>
    public Decompressor(Packet packet, DecryptionLimits limits, Func<long> encrypted)
    {
        (this.limits, this.encrypted) = (limits, encrypted);
        var algorithm = (CompressionAlgorithmTag)packet.ReadExactly(1)[0];
        body = new Body(packet);
        try
        {
            codec = algorithm switch
            {
                CompressionAlgorithmTag.Uncompressed => body,
                CompressionAlgorithmTag.Zip => new DeflateStream(body, CompressionMode.Decompress),
                CompressionAlgorithmTag.ZLib => new ZLibStream(body, CompressionMode.Decompress),
                CompressionAlgorithmTag.BZip2 => new CBZip2InputStream(body),
                _ => throw new OpenPgpException(OpenPgpProblem.Unsupported, $"compression {(int)algorithm} is not read"),
            };
        }
        catch (Exception e) when (e is not OpenPgpException && body.Failure is null)
        {
            throw Malformed(e);
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int read;
        try
        {
            read = codec.Read(buffer);
        }
        catch (Exception e) when (e is not OpenPgpException && body.Failure is null)
        {
            throw Malformed(e);
        }

        produced += read;
        if (produced > Free && (produced - Free) / limits.CompressionRatio > encrypted())
            throw new OpenPgpException(OpenPgpProblem.TooLarge, $"the message expands to more than {limits.CompressionRatio} times its size");
        if (produced - Free > limits.PlaintextBytes)
            throw new OpenPgpException(OpenPgpProblem.TooLarge, $"the message expands to more than {limits.PlaintextBytes} bytes");
        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            codec.Dispose();
        base.Dispose(disposing);
    }

    private static OpenPgpException Malformed(Exception e) => new(OpenPgpProblem.Malformed, "the compressed data cannot be read", e);

    // Tells a failure below, which passes, from one of the compressed data.
    private sealed class Body(Packet packet) : ForwardReader
    {
        public Exception? Failure { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            try
            {
                return packet.Read(buffer);
            }
            catch (Exception e)
            {
                Failure = e;
                throw;
            }
        }
    }
}
