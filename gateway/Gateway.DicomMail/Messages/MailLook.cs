using System.Globalization;
using Gateway.DicomMail.Partners;
using MimeKit;

namespace Gateway.DicomMail.Messages;

/// <summary>What the outside of a mail tells: its headers, what it is, and where in the file its content lies. Nothing of it is proved.</summary>
public sealed record MailLook
{
    private const int MostDepth = 16;
    private const int MostWraps = 4;
    private const int MostParts = 16;

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

    /// <summary>The address that it says it is from, in lower case; empty where it says none.</summary>
    public string From => SetHeaderReading.AddressOf(Headers, "From")?.ToLowerInvariant() ?? "";

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
        using var bounded = new BoundedHeaders(file);
        var outside = new Outside(bounded);
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

    private sealed record Piece(Owner Owner, ContentType Type, ContentEncoding Encoding, long From, long To);

    // What holds parts. List servers and scanners wrap a mail into another, to add words of theirs, and some name what they do not know multipart/mixed.
    private sealed class Owner(ContentType? type)
    {
        public static Owner None { get; } = new(null);

        public ContentType? Type => type;

        public bool IsEncrypted => type?.IsMimeType("multipart", "encrypted") == true;
    }

    // Notes where parts lie, and reads on.
    private sealed class Outside : MimeReader
    {
        private readonly BoundedHeaders content;
        private readonly HeaderList headers = [];
        private readonly List<Piece> parts = [];
        private readonly Stack<Owner> owners = new();
        private ContentType? outer;
        private ContentEncoding encoding;
        private long from;
        private long to;
        private int depth;
        private int messages;
        private int carried; // messages within the message: what is encrypted there was not sent so

        public Outside(BoundedHeaders content)
            : base(new ParserOptions { MaxMimeDepth = MostDepth }, content) => this.content = content;

        public MailLook ToLook()
        {
            if (outer is null)
                return new MailLook(headers);
            if (outer.IsMimeType("message", "partial"))
                return Fragmented();
            if (outer.IsMimeType("multipart", "report") || outer.IsMimeType("multipart", "signed"))
                return new MailLook(headers) { Kind = MailKind.Report };
            if (parts.FirstOrDefault(part => part.Owner.IsEncrypted || part.Type.IsMimeType("application", "pgp-encrypted"))?.Owner is { } encrypted && encrypted.Type is not null)
            {
                // RFC 3156 names the second part; a part that armour stands in is meant by whoever names it otherwise.
                var inside = parts.Where(part => part.Owner == encrypted).ToList();
                return inside.Where(part => part.Type.IsMimeType("application", "octet-stream")).Concat(inside.Skip(1)).FirstOrDefault() is { } content
                    ? With(MailKind.Encrypted, content) : new MailLook(headers);
            }

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

        protected override void OnHeadersBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
        {
            encoding = ContentEncoding.Default;
            content.Begin = beginOffset;
        }

        protected override void OnHeadersEnd(long beginOffset, int beginLineNumber, long endOffset, int endLineNumber, CancellationToken cancellationToken) => content.Begin = null;

        protected override void OnMimeMessageBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => messages++;

        protected override void OnMultipartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
        {
            outer ??= contentType;
            depth++;
            owners.Push(new Owner(contentType));
        }

        protected override void OnMultipartEnd(
            ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines, CancellationToken cancellationToken)
        {
            depth--;
            owners.Pop();
        }

        protected override void OnMessagePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
        {
            outer ??= contentType;
            depth++;
            carried++;
        }

        protected override void OnMessagePartEnd(
            ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines, CancellationToken cancellationToken)
        {
            depth--;
            carried--;
            if (depth == 0)
                parts.Add(new Piece(Owner.None, contentType, encoding, headersEndOffset, endOffset));
        }

        protected override void OnMimePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => outer ??= contentType;

        protected override void OnMimePartContentBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => from = beginOffset;

        protected override void OnMimePartContentEnd(
            long beginOffset, int beginLineNumber, long endOffset, int lines, NewLineFormat? newLineFormat, CancellationToken cancellationToken) => to = endOffset;

        protected override void OnMimePartEnd(
            ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines, CancellationToken cancellationToken)
        {
            if (depth <= MostWraps && carried == 0 && parts.Count < MostParts)
                parts.Add(new Piece(owners.TryPeek(out var owner) ? owner : Owner.None, contentType, encoding, from, to));
        }

        private MailLook Fragmented()
        {
            var total = outer!.Parameters["total"];
            var all = Number(total);
            return parts is [var part, ..] && outer.Parameters["id"] is { Length: > 0 } id && Number(outer.Parameters["number"]) is { } number && (all is null) == (total is null)
                ? With(MailKind.Fragment, part) with { Fragment = new FragmentOf(id, number, all) }
                : throw new MailException("It is a fragment without an id, a number and a total that make sense (RFC 2046 section 5.2.2.1).");
        }

        private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 ? number : null;

        private MailLook With(MailKind kind, Piece part) =>
            new(headers) { Kind = kind, ContentOffset = part.From, ContentBytes = part.To - part.From, Encoding = part.Encoding };
    }
}
