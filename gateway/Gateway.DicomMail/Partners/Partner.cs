using Gateway.DicomMail.OpenPgp;

namespace Gateway.DicomMail.Partners;

/// <summary>
/// An institution that images are exchanged with, and what its gateway can do. What is public of the recommendation for DICOM e-mail leaves
/// many choices open: each is a capability here, and nothing is assumed of a partner that its entry does not say.
/// </summary>
public sealed record Partner
{
    /// <summary>Names it in the manifest and in routes.</summary>
    public required string Id { get; init; }

    /// <summary>The institution.</summary>
    public required string Name { get; init; }

    /// <summary>Its mail addresses, the preferred one first; mail from any of them is its.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>Its keys. Messages are encrypted to the first that can still be used; a signature by any of them is its.</summary>
    public required IReadOnlyList<Fingerprint> Keys { get; init; }

    /// <summary>What it answers with.</summary>
    public ReceiptKind Receipts { get; init; } = ReceiptKind.None;

    /// <summary>What its receipt says.</summary>
    public ReceiptMeaning ReceiptMeans { get; init; } = ReceiptMeaning.Received;

    /// <summary>Whether it can send single messages of a set again.</summary>
    public bool PartialResend { get; init; }

    /// <summary>Whether it joins fragments (RFC 2046 section 5.2.2).</summary>
    public bool MessagePartial { get; init; }

    /// <summary>Whether it takes parts with a binary transfer encoding inside the encryption (RFC 2045 section 6.2).</summary>
    public bool Binary { get; init; }

    /// <summary>The largest message that it takes, in bytes as they are on the wire.</summary>
    public long MaximumMessageBytes { get; init; } = 20_000_000;

    /// <summary>The UIDs of the transfer syntaxes that it takes; empty: all.</summary>
    public IReadOnlyList<string> TransferSyntaxes { get; init; } = [];

    /// <summary>Whether it wants a study as one ZIP file (PS3.11 annex L).</summary>
    public bool Zip { get; init; }

    /// <summary>How long its receipt takes at most.</summary>
    public TimeSpan ReceiptTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long its images are kept for it at most, delivered or not.</summary>
    public TimeSpan MaximumAge { get; init; } = TimeSpan.FromDays(14);
}
