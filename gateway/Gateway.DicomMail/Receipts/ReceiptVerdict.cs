namespace Gateway.DicomMail.Receipts;

/// <summary>What a receipt says of a message (its disposition, RFC 8098 section 3.2.6, with the meaning that DICOM e-mail gives it).</summary>
public enum ReceiptVerdict
{
    /// <summary><c>displayed</c>: it was accepted.</summary>
    Accepted,

    /// <summary><c>displayed/warning</c>: it was accepted, with something to look at.</summary>
    AcceptedWithWarning,

    /// <summary><c>deleted/error</c>: it could not be used; please send it again.</summary>
    SendAgain,

    /// <summary><c>deleted</c>: it was not accepted, and sending it again would not help.</summary>
    NotAccepted,
}
