using MimeKit;
using MimeKit.Utils;

namespace Gateway.DicomMail.Messages;

/// <summary>
/// Cuts a message that is too large for the recipient into fragments, and joins fragments again (RFC 2046 section 5.2.2). Only for a single
/// object that no message can hold: no fragment can be decrypted alone.
/// </summary>
public static class Fragments
{
    private const int Overhead = 2048;
    private const int LongestLine = 998;

    /// <summary>Where a message is cut: behind ends of lines.</summary>
    /// <param name="path">The file of the message.</param>
    /// <param name="maximumBytes">The largest fragment, in bytes as they are on the wire.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<(long Offset, long Bytes)> Cut(string path, long maximumBytes)
    {
        using var file = File.OpenRead(path);
        var most = Math.Max(maximumBytes - Overhead, Overhead);
        List<(long, long)> cuts = [];
        var line = new byte[LongestLine + 2];
        long from = 0;
        while (from + most < file.Length)
        {
            file.Position = from + most - line.Length;
            file.ReadExactly(line);
            var to = from + most - line.Length + line.AsSpan().LastIndexOf((byte)'\n') + 1;
            cuts.Add((from, to - from));
            from = to;
        }

        cuts.Add((from, file.Length - from));
        return cuts;
    }

    /// <summary>Writes a fragment. The last tells the total, as RFC 2046 demands; where others tell it too, munpack joins none.</summary>
    /// <param name="path">The file of the message.</param>
    /// <param name="cut">Where in it the fragment lies.</param>
    /// <param name="fragment">Which it is.</param>
    /// <param name="message">The message.</param>
    /// <param name="to">Where it is written.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static void Write(string path, (long Offset, long Bytes) cut, FragmentOf fragment, OutgoingMessage message, Stream to)
    {
        StudyContent.Text(to, $"""
            From: <{message.From}>
            To: <{message.To}>
            Subject: {OutgoingMessage.Subject} ({fragment.Number}/{fragment.Total})
            Date: {DateUtils.FormatDate(message.At)}
            Message-ID: <{fragment.Number}.{message.MessageId}>
            {StudyContent.SetHeaders(message)}
            MIME-Version: 1.0
            Content-Type: message/partial; id="{fragment.Id}"; number={fragment.Number}{(fragment.Number == fragment.Total ? $"; total={fragment.Total}" : "")}


            """);
        using var section = new FileSection(path, cut.Offset, cut.Bytes);
        section.CopyTo(to);
    }

    /// <summary>Joins fragments: the message that was cut, with those headers of the first fragment that are not the fragment's own.</summary>
    /// <param name="fragments">The files of all fragments, in order, each with its look.</param>
    /// <param name="to">Where the message is written.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static void Join(IReadOnlyList<(string Path, MailLook Look)> fragments, Stream to)
    {
        foreach (var header in fragments[0].Look.Headers.Where(header => !IsOfTheFragment(header)))
        {
            to.Write(header.RawField);
            to.Write(":"u8);
            to.Write(header.RawValue);
        }

        foreach (var (path, look) in fragments)
        {
            using var content = look.OpenContent(path);
            content.CopyTo(to);
        }
    }

    private static bool IsOfTheFragment(Header header) =>
        header.Field.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
        || header.Id is HeaderId.Subject or HeaderId.MessageId or HeaderId.Encrypted or HeaderId.MimeVersion;
}
