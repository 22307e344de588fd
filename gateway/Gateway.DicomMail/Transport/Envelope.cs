namespace Gateway.DicomMail.Transport;

/// <summary>The envelope of a mail (RFC 5321 section 2.3.1).</summary>
/// <param name="Sender">The reverse path; null is the empty one, <c>&lt;&gt;</c>, of receipts: nothing answers it.</param>
/// <param name="Recipient">The forward path, one mailbox.</param>
public sealed record Envelope(string? Sender, string Recipient);
