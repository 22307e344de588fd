namespace Gateway.DicomMail.Messages;

/// <summary>How a study is divided into messages: in the order in which its objects came, each message as full as the recipient takes it.</summary>
public static class SetPlan
{
    /// <summary>What the wire takes for each byte of DICOM at most.</summary>
    public const double WireRatio = 1.43;

    private const int PartOverhead = 600;
    private const int MessageOverhead = 8192;
    private const int MostObjects = 1000;

    /// <summary>Divides objects into messages. One that is too large for any message stands alone.</summary>
    /// <param name="objects">The objects, each with its length in bytes.</param>
    /// <param name="maximumBytes">The largest message, in bytes as they are on the wire.</param>
    public static IReadOnlyList<IReadOnlyList<T>> Divide<T>(IEnumerable<(T Object, long Bytes)> objects, long maximumBytes)
    {
        List<IReadOnlyList<T>> messages = [];
        List<T> current = [];
        long bytes = MessageOverhead;
        foreach (var (one, length) in objects)
        {
            var more = WireBytes(length);
            if (current.Count > 0 && (bytes + more > maximumBytes || current.Count == MostObjects))
            {
                messages.Add(current);
                (current, bytes) = ([], MessageOverhead);
            }

            current.Add(one);
            bytes += more;
        }

        if (current.Count > 0)
            messages.Add(current);
        return messages;
    }

    /// <summary>Whether an object fits into a message of that size.</summary>
    /// <param name="bytes">The length of the object.</param>
    /// <param name="maximumBytes">The largest message.</param>
    public static bool Fits(long bytes, long maximumBytes) => MessageOverhead + WireBytes(bytes) <= maximumBytes;

    private static long WireBytes(long bytes) => (long)(bytes * WireRatio) + PartOverhead;
}
