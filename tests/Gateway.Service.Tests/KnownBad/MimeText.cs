using System.Text;

namespace Gateway.Service.Tests.KnownBad;

/// <summary>Puts mails together byte by byte: what is wrong with them is what a test writes, and no library mends it.</summary>
internal static class MimeText
{
    private const string Boundary = "=_between";

    /// <summary>A line end of RFC 5322 for each of the text, and a byte for each character.</summary>
    public static byte[] Lines(string text) => Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\r\n"));

    /// <summary>A body part in base64.</summary>
    public static byte[] Part(string type, byte[] content) =>
        Entity($"Content-Type: {type}\nContent-Transfer-Encoding: base64", Lines(Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks)));

    /// <summary>A body part as it is.</summary>
    public static byte[] Raw(string type, byte[] content) => Entity($"Content-Type: {type}\nContent-Transfer-Encoding: binary", content);

    /// <summary>A body part with these headers.</summary>
    public static byte[] Entity(string headers, byte[] body) => [.. Lines(headers), .. "\r\n\r\n"u8, .. body];

    /// <summary>An entity of several parts.</summary>
    public static byte[] Multipart(string type, params IEnumerable<byte[]> parts) => Multipart("", type, parts);

    /// <summary>An entity of several parts, with headers before its own.</summary>
    public static byte[] Multipart(string headers, string type, params IEnumerable<byte[]> parts)
    {
        using var entity = new MemoryStream();
        var boundary = $"{Boundary}{Guid.NewGuid():N}";
        entity.Write(Lines($"{headers}Content-Type: {type}; boundary=\"{boundary}\"\n\n"));
        foreach (var part in parts)
        {
            entity.Write(Lines($"--{boundary}\n"));
            entity.Write(part);
            entity.Write("\r\n"u8);
        }

        entity.Write(Lines($"--{boundary}--\n"));
        return entity.ToArray();
    }
}
