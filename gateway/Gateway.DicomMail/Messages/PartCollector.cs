using System.Globalization;
using System.IO.Compression;
using Gateway.DicomMail.Receipts;
using MimeKit;
using MimeKit.Encodings;

namespace Gateway.DicomMail.Messages;

/// <summary>Lays the parts of a decrypted entity into files, while it is read.</summary>
internal sealed class PartCollector : MimeReader, IDisposable
{
    private const int HeadBytes = 132;

    private readonly BoundedHeaders content;
    private readonly string folder;
    private readonly UnpackLimits limits;
    private readonly HeaderList entity = [];
    private readonly List<string> objects = [];
    private readonly List<StudyDocument> documents = [];
    private readonly MemoryStream disposition = new();
    private HeaderList headers = [];
    private IMimeDecoder? decoder;
    private byte[] decoded = [];
    private Stream? part;
    private ContentType? type;
    private long bytes;
    private int parts;
    private int files;
    private int heads;
    private bool isReceipt;

    /// <summary>A collector.</summary>
    /// <param name="content">The entity, without its encryption.</param>
    /// <param name="folder">An empty folder for the parts.</param>
    /// <param name="limits">What it may take.</param>
    public PartCollector(BoundedHeaders content, string folder, UnpackLimits limits)
        : base(new ParserOptions { MaxMimeDepth = limits.MaximumDepth }, content) => (this.content, this.folder, this.limits) = (content, folder, limits);

    /// <summary>What was collected.</summary>
    /// <exception cref="MailException">It is a receipt that says nothing.</exception>
    public UnpackedMessage ToMessage(OpenPgp.SignatureVerdict signature) => new(
        signature,
        SetHeaderReading.PartOf(entity),
        Id(entity[HeaderId.MessageId]),
        Id(entity[HeaderId.ContentId]),
        SetHeaderReading.AddressOf(entity, "To"),
        string.Equals(entity[HeaderNames.Priority]?.Trim(), "urgent", StringComparison.OrdinalIgnoreCase),
        objects,
        documents,
        isReceipt && objects.Count == 0 ? Receipt.Read(entity, disposition.ToArray()) ?? throw new MailException("It is a receipt that cannot be understood.") : null);

    public void Dispose() => part?.Dispose();

    protected override void OnHeadersBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
    {
        headers = [];
        heads++;
        content.Begin = beginOffset;
    }

    protected override void OnHeadersEnd(long beginOffset, int beginLineNumber, long endOffset, int endLineNumber, CancellationToken cancellationToken) => content.Begin = null;

    protected override void OnHeaderRead(Header header, int beginLineNumber, CancellationToken cancellationToken)
    {
        headers.Add(header);
        if (heads == 1)
            entity.Add(header);
    }

    protected override void OnMimePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
    {
        if (++parts > limits.MaximumParts)
            throw new MailException($"The message has more than {limits.MaximumParts} parts.");
        if (contentType.IsMimeType("multipart", "*"))
            throw new MailException($"What is inside the encryption is nested more than {limits.MaximumDepth} deep."); // the reader goes no deeper
        type = contentType;
        decoder = headers[HeaderId.ContentTransferEncoding] is { } text && MimeKit.Utils.MimeUtils.TryParse(text, out ContentEncoding encoding)
            ? encoding switch
            {
                ContentEncoding.Base64 => new Base64Decoder(),
                ContentEncoding.QuotedPrintable => new QuotedPrintableDecoder(),
                ContentEncoding.UUEncode => new UUDecoder(),
                _ => null,
            }
            : null;
        part = contentType.IsMimeType("message", "disposition-notification") ? Notification()
            : new FileStream(NextFile(), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
    }

    protected override void OnMimePartContentRead(byte[] buffer, int startIndex, int count, CancellationToken cancellationToken)
    {
        if (decoder is null)
        {
            Take(buffer.AsSpan(startIndex, count));
            return;
        }

        var most = decoder.EstimateOutputLength(count);
        if (decoded.Length < most)
            decoded = new byte[most];
        Take(decoded.AsSpan(0, decoder.Decode(buffer, startIndex, count, decoded)));
    }

    // What was read has the line end before the boundary, which is the boundary's (RFC 2046 section 5.1.1): where nothing is decoded it would stay.
    protected override void OnMimePartContentEnd(
        long beginOffset, int beginLineNumber, long endOffset, int lines, NewLineFormat? newLineFormat, CancellationToken cancellationToken)
    {
        if (decoder is null)
            part?.SetLength(endOffset - beginOffset);
    }

    protected override void OnMimePartEnd(
        ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines, CancellationToken cancellationToken)
    {
        if (part is not FileStream file)
        {
            part = null;
            return;
        }

        using (file)
            Sort(file);
        part = null;
    }

    private MemoryStream Notification()
    {
        isReceipt = true;
        disposition.SetLength(0);
        return disposition;
    }

    private void Take(ReadOnlySpan<byte> some)
    {
        Count(some.Length);
        if (part == disposition && disposition.Length + some.Length > limits.MaximumTextBytes)
            throw new MailException($"The receipt is longer than {limits.MaximumTextBytes} bytes.");
        part?.Write(some);
    }

    private void Count(int more)
    {
        bytes += more;
        if (bytes > limits.MaximumBytes)
            throw new MailException($"The message holds more than {limits.MaximumBytes} bytes.");
        if (bytes > limits.RoomBytes)
            throw new NoRoomException($"The message holds more than the {limits.RoomBytes} bytes that the disk has room for.");
    }

    // By its type or its name, and where those say nothing, by what it is.
    private void Sort(FileStream file)
    {
        if (type!.IsMimeType("application", "dicom") || type.Name?.EndsWith(".dcm", StringComparison.OrdinalIgnoreCase) == true || StartsWith(file, FilePrefix, 128))
            objects.Add(file.Name);
        else if (IsArchive(file))
            TakeArchive(file);
        else if (IsDocument(out var title))
            documents.Add(new StudyDocument((headers[HeaderNames.StudyId] ?? entity[HeaderNames.StudyId] ?? "").Trim(), type.MimeType.ToLowerInvariant(), file.Name) { Charset = type.Charset, Title = title });
        else
            Drop(file); // words around the images, for people
    }

    // An office document is a ZIP file too, and says of itself that it is something else.
    private bool IsArchive(FileStream file) =>
        type!.IsMimeType("application", "zip") || ((type.IsMimeType("application", "octet-stream") || type.IsMimeType("application", "x-zip-compressed")) && StartsWith(file, ZipMark, 0));

    // Text is one where it is attached, or named as part of a study; anything else always is.
    private bool IsDocument(out string title)
    {
        var disposition = headers[HeaderId.ContentDisposition] is { } text && ContentDisposition.TryParse(text, out var parsed) ? parsed : null;
        title = disposition?.FileName ?? type!.Name ?? "";
        return !type!.IsMimeType("text", "*") || disposition?.IsAttachment == true || headers[HeaderNames.StudyId] is not null;
    }

    private static ReadOnlySpan<byte> FilePrefix => "DICM"u8;

    private static ReadOnlySpan<byte> ZipMark => "PK\x03\x04"u8;

    private static bool StartsWith(FileStream file, ReadOnlySpan<byte> mark, long at)
    {
        Span<byte> found = stackalloc byte[4];
        file.Position = at;
        return file.ReadAtLeast(found, found.Length, throwOnEndOfStream: false) == found.Length && found.SequenceEqual(mark);
    }

    // The files of a medium (PS3.11 annex L); its directory and what else lies there is of no use here. Names in it are never used.
    private void TakeArchive(FileStream file)
    {
        file.Position = 0;
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            foreach (var entry in archive.Entries)
            {
                if (++parts > limits.MaximumParts)
                    throw new MailException($"The message has more than {limits.MaximumParts} parts.");
                if (entry.Name.Equals("DICOMDIR", StringComparison.OrdinalIgnoreCase))
                    continue;
                Extract(entry);
            }
        }
        catch (InvalidDataException failure)
        {
            throw new MailException("The ZIP file in the message cannot be read.", failure);
        }

        Drop(file);
    }

    // What does not begin as an image is not written, however long it would be.
    private void Extract(ZipArchiveEntry entry)
    {
        using var from = entry.Open();
        var buffer = new byte[128 * 1024];
        var read = from.ReadAtLeast(buffer, HeadBytes, throwOnEndOfStream: false);
        if (read < HeadBytes || !buffer.AsSpan(HeadBytes - FilePrefix.Length, FilePrefix.Length).SequenceEqual(FilePrefix))
            return;
        using var target = new FileStream(NextFile(), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        for (; read > 0; read = from.Read(buffer))
        {
            Count(read);
            target.Write(buffer, 0, read);
        }

        objects.Add(target.Name);
    }

    private string NextFile() => Path.Combine(folder, (++files).ToString("D6", CultureInfo.InvariantCulture));

    private static void Drop(FileStream file)
    {
        file.Dispose();
        File.Delete(file.Name);
    }

    private static string? Id(string? text) => text?.Trim().TrimStart('<').TrimEnd('>') is { Length: > 0 } id ? id : null;
}
