namespace Gateway.DicomMail.Bounces;

/// <summary>What a mail server says of a mail that it could not deliver to a recipient (RFC 3464). Nobody has signed it: it informs about the mail whose id it names.</summary>
/// <param name="OriginalMessageId">The Message-ID of the mail that it is about, without brackets; null when it does not say.</param>
/// <param name="Recipient">For whom that mail was, as the sender named him where the report says so.</param>
/// <param name="IsFinal">Whether it is given up (<c>failed</c>), and not only late (<c>delayed</c>).</param>
/// <param name="Status">The enhanced status code (RFC 3463), <c>5.0.0</c> or <c>4.0.0</c> where the report has none.</param>
/// <param name="Diagnostic">What the last server said, one line; empty where the report has nothing.</param>
/// <param name="EnvelopeId">The envelope id that the mail was sent with (RFC 3461 section 4.4), or null.</param>
public sealed record Bounce(string? OriginalMessageId, string Recipient, bool IsFinal, string Status, string Diagnostic, string? EnvelopeId = null);
