namespace Gateway.DicomMail.Partners;

/// <summary>The file of the partner directory, as it is written.</summary>
internal sealed record DirectoryForm
{
    public required int FormatVersion { get; init; }

    public required IReadOnlyList<DirectoryEntry> Partners { get; init; }
}

/// <summary>A partner, as it is written.</summary>
internal sealed record DirectoryEntry
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyList<string> Addresses { get; init; }

    public required IReadOnlyList<string> Keys { get; init; }

    public ReceiptKind Receipts { get; init; }

    public ReceiptMeaning ReceiptMeans { get; init; }

    public bool PartialResend { get; init; }

    public bool MessagePartial { get; init; }

    public bool Binary { get; init; }

    public long MaximumMessageBytes { get; init; } = 20_000_000;

    public IReadOnlyList<string> TransferSyntaxes { get; init; } = [];

    public bool Zip { get; init; }

    public int ReceiptMinutes { get; init; } = 60;

    public int MaximumAgeDays { get; init; } = 14;
}
