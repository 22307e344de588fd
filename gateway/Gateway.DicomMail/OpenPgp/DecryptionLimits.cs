namespace Gateway.DicomMail.OpenPgp;

/// <summary>How much a message from the network may cost. What goes beyond is refused as <see cref="OpenPgpProblem.TooLarge"/> or <see cref="OpenPgpProblem.TooDeep"/>.</summary>
public sealed record DecryptionLimits
{
    /// <summary>The longest content, in bytes.</summary>
    public long PlaintextBytes { get; init; } = 4L << 30;

    /// <summary>How many times its encrypted size the content may be, once it is longer than a megabyte. Deflate reaches 1032.</summary>
    public int CompressionRatio { get; init; } = 300;

    /// <summary>How many compressed packets may lie in each other.</summary>
    public int Depth { get; init; } = 4;

    /// <summary>How many packets a message may have, partial ones counted once.</summary>
    public int Packets { get; init; } = 64;
}
