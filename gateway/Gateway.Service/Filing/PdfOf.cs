using System.Text;

namespace Gateway.Service.Filing;

/// <summary>
/// A document as a PDF: one that is a PDF as it is, plain text set on pages, anything else not at all. What kind it is its bytes say. What a PDF does when it is
/// opened is not looked at: scripts and forms in it pass.
/// </summary>
internal static class PdfOf
{
    private const int LongestText = 4 << 20;
    private const int Tail = 2048; // readers look as far back for the end (ISO 32000-1 annex H.3, note 18: 1024 bytes)

    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding Western = CodePagesEncodingProvider.Instance.GetEncoding(1252, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;

    /// <summary>The ending of a document's name, by which virus scanners go too.</summary>
    public static string EndingOf(string path)
    {
        using var file = File.OpenRead(path);
        return StartsWith(file, "%PDF-"u8) ? ".pdf" : StartsWith(file, @"{\rtf"u8) ? ".rtf" : ".txt";
    }

    /// <summary>Why there is no PDF of a document; null where there is one.</summary>
    /// <param name="path">The document.</param>
    /// <param name="note">What is kept beside it.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string? ReasonAgainst(string path, KeptDocument note)
    {
        var (pdf, reason) = Open(path, note);
        pdf?.Dispose();
        return reason;
    }

    /// <summary>Opens a document as a PDF.</summary>
    /// <param name="path">The document.</param>
    /// <param name="note">What is kept beside it.</param>
    /// <returns>The PDF, to be disposed; or null, and why there is none.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static (Stream? Pdf, string? Reason) Open(string path, KeptDocument note)
    {
        var file = File.OpenRead(path);
        var opened = (Pdf: (Stream?)null, Reason: (string?)null);
        try
        {
            return opened = StartsWith(file, "%PDF-"u8)
                ? IsWhole(file) ? (file, null) : (null, "it begins as a PDF and has no end: it was cut off")
                : FromText(file, note);
        }
        finally
        {
            if (opened.Pdf != file)
                file.Dispose();
        }
    }

    private static (Stream? Pdf, string? Reason) FromText(FileStream file, KeptDocument note)
    {
        if (StartsWith(file, @"{\rtf"u8))
            return (null, "it is RTF, which is not converted: PDF and plain text are taken");
        if (note.ContentType != "text/plain")
            return (null, "it is neither a PDF nor plain text");
        if (file.Length > LongestText)
            return (null, $"it is a text of more than {LongestText} bytes");
        if (TextOf(file, note.Charset) is not { } text)
            return (null, "its bytes are not text in the character set that it names");
        var (pdf, reason) = TextPages.Of(text);
        return (pdf is null ? null : new MemoryStream(pdf), reason);
    }

    private static bool StartsWith(FileStream file, ReadOnlySpan<byte> mark)
    {
        Span<byte> start = stackalloc byte[8];
        file.Position = 0;
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return start[..read].StartsWith(mark);
    }

    private static bool IsWhole(FileStream file)
    {
        Span<byte> end = stackalloc byte[Tail];
        file.Position = Math.Max(0, file.Length - Tail);
        var read = file.ReadAtLeast(end, end.Length, throwOnEndOfStream: false);
        return end[..read].IndexOf("startxref"u8) >= 0 && end[..read].IndexOf("%%EOF"u8) >= 0;
    }

    // Where none is named: UTF-8, which text in another hardly ever is by chance, or what Windows writes.
    private static string? TextOf(FileStream file, string? charset)
    {
        var bytes = new byte[file.Length];
        file.Position = 0;
        file.ReadExactly(bytes);
        if (charset is not null and not "us-ascii")
            return EncodingOf(charset) is { } named ? Decoded(bytes, named) : null;
        return Decoded(bytes, Utf8) ?? Decoded(bytes, Western);
    }

    private static Encoding? EncodingOf(string charset)
    {
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(charset, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                ?? Encoding.GetEncoding(charset, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string? Decoded(byte[] bytes, Encoding encoding)
    {
        try
        {
            return encoding.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
