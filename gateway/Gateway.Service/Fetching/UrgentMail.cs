using Gateway.DicomMail.Messages;

namespace Gateway.Service.Fetching;

/// <summary>Tells mail that is part of an emergency, by its outside: it is fetched and opened before the rest. Whether it is one is proved by its signature, later.</summary>
internal static class UrgentMail
{
    private const int MostHeaderBytes = 262_144;

    /// <summary>Whether headers, or the beginning of a mail, are marked so (RFC 2156 section 2.3.1.4; a header's name and this value have no case, RFC 5322 section 1.2.2).</summary>
    public static bool IsMarked(ReadOnlySpan<byte> headers)
    {
        while (!headers.IsEmpty)
        {
            var end = headers.IndexOf((byte)'\n');
            var line = (end < 0 ? headers : headers[..end]).TrimEnd("\r "u8);
            headers = end < 0 ? [] : headers[(end + 1)..];
            if (line.IsEmpty)
                return false; // what follows is no header any more
            if (line.IndexOf((byte)':') is > 0 and var colon && Is(line[..colon], HeaderNames.Priority) && Is(line[(colon + 1)..], "urgent"))
                return true;
        }

        return false;
    }

    /// <summary>Whether a mail in a file is.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static bool IsMarkedFile(string path)
    {
        using var file = File.OpenRead(path);
        var head = new byte[Math.Min(file.Length, MostHeaderBytes)];
        return IsMarked(head.AsSpan(0, file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)));
    }

    private static bool Is(ReadOnlySpan<byte> text, string word) => System.Text.Ascii.EqualsIgnoreCase(text.Trim(" \t"u8), word);
}
