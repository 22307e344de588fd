namespace Gateway.DicomMail.Messages;

/// <summary>What a mail is, by its outside.</summary>
public enum MailKind
{
    /// <summary>Encrypted with OpenPGP (RFC 3156 section 4): a study, or a receipt.</summary>
    Encrypted,

    /// <summary>A fragment of a larger message (RFC 2046 section 5.2.2).</summary>
    Fragment,

    /// <summary>A report about a mail of ours: that it could not be delivered (RFC 3464), or a receipt that is not encrypted (RFC 8098).</summary>
    Report,

    /// <summary>Anything else: nothing that a gateway can use.</summary>
    Other,
}
