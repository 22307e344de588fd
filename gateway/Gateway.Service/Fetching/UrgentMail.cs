using Gateway.DicomMail.Messages;

namespace Gateway.Service.Fetching;

/// <summary>Tells mail that is part of an emergency, by its outside: it is fetched and opened before the rest. Whether it is one is proved by its signature, later.</summary>
internal static class UrgentMail
{
    private static readonly byte[] Mark = System.Text.Encoding.ASCII.GetBytes($"\n{HeaderNames.Priority}: urgent");

    /// <summary>Whether headers, or the beginning of a mail, are marked so (RFC 2156 section 2.3.1.4).</summary>
    public static bool IsMarked(ReadOnlySpan<byte> headers) => headers.IndexOf(Mark) >= 0;

    /// <summary>Whether a mail in a file is.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static bool IsMarkedFile(string path)
    {
        Span<byte> head = stackalloc byte[4096];
        using var file = File.OpenRead(path);
        return IsMarked(head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
    }
}
