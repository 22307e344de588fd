namespace Gateway.DicomMail.Partners;

/// <summary>What a partner answers a study with.</summary>
public enum ReceiptKind
{
    /// <summary>Nothing: what was sent to it stays unconfirmed.</summary>
    None,

    /// <summary>A receipt that anybody could have written (RFC 8098): it informs, and moves no state.</summary>
    Plain,

    /// <summary>A receipt that the partner's key has signed: a proof.</summary>
    Signed,
}
