using System.Globalization;
using Gateway.DicomMail.Partners;
using MimeKit;

namespace Gateway.DicomMail.Messages;

/// <summary>What the outside of a mail tells: its headers, what it is, and where in the file its content lies. Nothing of it is proved.</summary>
public sealed record MailLook
{
    private const int MostDepth = 16;

    private MailLook(HeaderList headers) => Headers = headers;

    /// <summary>What it is.</summary>
    public MailKind Kind { get; private init; } = MailKind.Other;

    /// <summary>Which fragment it is, where it is one.</summary>
    public FragmentOf? Fragment { get; private init; }

    /// <summary>Where the content starts in the file: the OpenPGP message, or what a fragment carries.</summary>
    public long ContentOffset { get; private init; }

    /// <summary>The length of the content, in bytes.</summary>
    public long ContentBytes { get; private init; }

    /// <summary>The transfer encoding of the content.</summary>
    public ContentEncoding Encoding { get; private init; }

    /// <summary>Its Message-ID without angle brackets; empty where it has none.</summary>
    public string MessageId => (Headers[HeaderId.MessageId] ?? "").Trim().TrimStart('<').TrimEnd('>');

    /// <summary>The set that it says it belongs to.</summary>
    public SetPart? Part => SetHeaderReading.PartOf(Headers);

    /// <summary>The receipt that its sender wants; null for none.</summary>
    public ReceiptWish? Wish =>
        SetHeaderReading.AddressOf(Headers, HeaderNames.EncryptedReceiptTo) is { } secret ? new ReceiptWish(ReceiptKind.Signed, secret)
        : SetHeaderReading.AddressOf(Headers, HeaderNames.ReceiptTo) is { } open ? new ReceiptWish(ReceiptKind.Plain, open)
        : null;

    /// <summary>Its headers.</summary>
    internal HeaderList Headers { get; }

    /// <summary>Looks at a mail.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="MailException">It is nested too deep, or no mail.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static MailLook At(string path, CancellationToken cancellation)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, FileOptions.SequentialScan);
        var outside = new Outside(file);
        try
        {
            outside.ReadMessage(cancellation);
        }
        catch (FormatException failure)
        {
            throw new MailException("The mail cannot be read as one.", failure);
        }

        return outside.ToLook();
    }

    /// <summary>Opens the content of a mail, as it stands in the file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public Stream OpenContent(string path) => new FileSection(path, ContentOffset, ContentBytes);

    // Notes where parts lie, and reads on.
    private sealed class Outside(Stream file) : MimeReader(new ParserOptions { MaxMimeDepth = MostDepth }, file)
    {
        private readonly HeaderList headers = [];
        private readonly List<(ContentType Type, ContentEncoding Encoding, long From, long To)> parts = [];
        private ContentType? outer;
        private ContentEncoding encoding;
        private long from;
        private long to;
        private int depth;
        private int messages;

        public MailLook ToLook()
        {
            if (outer is null)
                return new MailLook(headers);
            if (outer.IsMimeType("message", "partial"))
                return Fragmented();
            if (outer.IsMimeType("multipart", "encrypted"))
            {
                // RFC 3156 names the second part; a part that armour stands in is meant by whoever names it otherwise.
                return parts.Where(part => part.Type.IsMimeType("application", "octet-stream")).Concat(parts.Skip(1)).FirstOrDefault() is { Type: not null } content
                    ? With(MailKind.Encrypted, content) : new MailLook(headers);
            }

            if (outer.IsMimeType("multipart", "report") || outer.IsMimeType("multipart", "signed"))
                return new MailLook(headers) { Kind = MailKind.Report };
            return outer.IsMimeType("application", "pgp-encrypted") || (outer.IsMimeType("application", "octet-stream") && outer.Name?.EndsWith(".asc", StringComparison.OrdinalIgnoreCase) == true)
                ? With(MailKind.Encrypted, parts[0]) : new MailLook(headers);
        }

        protected override void OnHeaderRead(Header header, int beginLineNumber, CancellationToken cancellationToken)
        {
            if (depth == 0 && messages <= 1)
                headers.Add(header);
            if (header.Id == HeaderId.ContentTransferEncoding && MimeKit.Utils.MimeUtils.TryParse(header.Value, out ContentEncoding named))
                encoding = named;
        }

        protected override void OnHeadersBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => encoding = ContentEncoding.Default;

        protected override void OnMimeMessageBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => messages++;

        protected override void OnMultipartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
        {
            outer ??= contentType;
            depth++;
        }

        protected override void OnMultipartEnd(
            ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines, CancellationToken cancellationToken) => depth--;

        protected override void OnMessagePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
        {
            outer ??= contentType;
            depth++;
        }

        protected override void OnMessagePartEnd(
            ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines, CancellationToken cancellationToken)
        {
            depth--;
            if (depth == 0)
                parts.Add((contentType, encoding, headersEndOffset, endOffset));
        }

        protected override void OnMimePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => outer ??= contentType;

        protected override void OnMimePartContentBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => from = beginOffset;

        protected override void OnMimePartContentEnd(
            long beginOffset, int beginLineNumber, long endOffset, int lines, NewLineFormat? newLineFormat, CancellationToken cancellationToken) => to = endOffset;

        protected override void OnMimePartEnd(
            ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines, CancellationToken cancellationToken)
        {
            if (depth <= 1 && parts.Count < 4)
                parts.Add((contentType, encoding, from, to));
        }

        private MailLook Fragmented() =>
            parts is [var part, ..]
            && outer!.Parameters["id"] is { Length: > 0 } id
            && int.TryParse(outer.Parameters["number"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1
                ? With(MailKind.Fragment, part) with
                {
                    Fragment = new FragmentOf(id, number, int.TryParse(outer.Parameters["total"], NumberStyles.None, CultureInfo.InvariantCulture, out var total) ? total : null),
                }
                : new MailLook(headers);

        private MailLook With(MailKind kind, (ContentType Type, ContentEncoding Encoding, long From, long To) part) =>
            new(headers) { Kind = kind, ContentOffset = part.From, ContentBytes = part.To - part.From, Encoding = part.Encoding };
    }
}
