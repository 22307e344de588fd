namespace Gateway.DicomMail.Messages;

/// <summary>What the content of one message may take.</summary>
/// <param name="MaximumBytes">All its parts together, in bytes.</param>
/// <param name="MaximumParts">How many parts it may have.</param>
/// <param name="MaximumDepth">How deep its parts may be nested.</param>
/// <param name="MaximumTextBytes">The longest receipt, in bytes.</param>
public sealed record UnpackLimits(long MaximumBytes, int MaximumParts, int MaximumDepth, int MaximumTextBytes)
{
    /// <summary>Sixteen gigabytes in ten thousand parts.</summary>
    public static UnpackLimits Default { get; } = new(16L << 30, 10_000, 8, 256 * 1024);

    /// <summary>What the disk has room for, in bytes: what holds more can be unpacked when there is more.</summary>
    public long RoomBytes { get; init; } = long.MaxValue;
}
