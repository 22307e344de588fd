using System.Text;
using Gateway.DicomMail.Encodings;
using MimeKit.Utils;

namespace Gateway.DicomMail.Messages;

/// <summary>
/// Writes what is inside the encryption of a message: a <c>multipart/related</c> (RFC 2387) with one part for each DICOM object (RFC 3240), or a
/// <c>multipart/mixed</c> with one ZIP file of all of them; and a part for each document. The set's headers, the sender, the recipient, the date and the Message-ID stand here once more, where the signature covers them.
/// </summary>
internal static class StudyContent
{
    /// <summary>Writes it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="binary">Whether objects are written with a binary transfer encoding, or else in base64.</param>
    /// <param name="zip">Whether they are written as one ZIP file.</param>
    /// <param name="to">Where to.</param>
    /// <exception cref="IOException">An object cannot be read.</exception>
    public static void Write(OutgoingMessage message, bool binary, bool zip, Stream to)
    {
        var boundary = NewBoundary();
        Text(to, $"""
            From: <{message.From}>
            To: <{message.To}>
            Date: {DateUtils.FormatDate(message.At)}
            Message-ID: <{message.MessageId}>
            {SetHeaders(message)}
            Content-ID: <{ContentIdOf(message.MessageId)}>
            {(zip ? $"Subject: {StudyArchive.Subject}\nContent-Type: multipart/mixed" : "Content-Type: multipart/related; type=\"application/dicom\"")}; boundary="{boundary}"

            """);
        if (zip)
            WriteArchive(message, binary, boundary, to);
        else
            WriteObjects(message, binary, boundary, to);
        foreach (var document in message.Documents)
        {
            Text(to, $"""

                --{boundary}
                Content-Type: {document.ContentType}
                Content-Transfer-Encoding: base64
                {HeaderNames.StudyId}: {document.Study}


                """);
            using var file = File.OpenRead(document.FileName);
            Base64Lines.Encode(file, to);
        }

        Text(to, $"\n--{boundary}--\n");
    }

    private static void WriteObjects(OutgoingMessage message, bool binary, string boundary, Stream to)
    {
        foreach (var (index, one) in message.Objects.Index())
        {
            Text(to, $"""

                --{boundary}
                Content-Type: application/dicom; id="{message.Part.Number:D8}/{index + 1:D8}"; name="{index + 1:D8}.dcm"
                Content-Transfer-Encoding: {(binary ? "binary" : "base64")}
                Content-Disposition: attachment; filename="{index + 1:D8}.dcm"


                """);
            using var file = one.Open();
            if (binary)
                file.CopyTo(to);
            else
                Base64Lines.Encode(file, to);
        }
    }

    private static void WriteArchive(OutgoingMessage message, bool binary, string boundary, Stream to)
    {
        Text(to, $"""

            --{boundary}
            Content-Type: application/zip; id="{StudyArchive.FileName}"; name="{StudyArchive.FileName}"
            Content-Transfer-Encoding: {(binary ? "binary" : "base64")}
            Content-Disposition: attachment; filename="{StudyArchive.FileName}"


            """);
        if (binary)
        {
            StudyArchive.Write(message, to);
            return;
        }

        using var lines = new Base64Writer(to);
        StudyArchive.Write(message, lines);
    }

    /// <summary>The header lines that tell the set, as they stand outside and inside the encryption.</summary>
    public static string SetHeaders(OutgoingMessage message)
    {
        var part = message.Part;
        var set = $"{HeaderNames.SetId}: {part.Set}\n{HeaderNames.SetPart}: {part.Number}\n{HeaderNames.SetTotal}: {part.Total}";
        return message.IsUrgent ? $"{set}\n{HeaderNames.Priority}: urgent" : set;
    }

    /// <summary>The Content-ID of a message's content.</summary>
    /// <param name="messageId">Its Message-ID.</param>
    public static string ContentIdOf(string messageId) => $"content.{messageId}";

    /// <summary>A boundary that stands in no content: 128 bits of chance.</summary>
    public static string NewBoundary() => $"=_{Guid.NewGuid():N}";

    /// <summary>Writes lines with CRLF line ends.</summary>
    public static void Text(Stream to, string text) => to.Write(Encoding.ASCII.GetBytes(text.ReplaceLineEndings("\r\n")));
}
