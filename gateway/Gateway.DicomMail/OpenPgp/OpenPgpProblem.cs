namespace Gateway.DicomMail.OpenPgp;

/// <summary>Why an OpenPGP message or key is refused.</summary>
public enum OpenPgpProblem
{
    /// <summary>These bytes are no OpenPGP.</summary>
    NotOpenPgp,

    /// <summary>It is OpenPGP, but not encrypted.</summary>
    NotEncrypted,

    /// <summary>None of the own keys opens it.</summary>
    NotForUs,

    /// <summary>It was cut off or changed on its way: the end or the modification detection code is missing or wrong (RFC 9580 section 5.13.1).</summary>
    NotWhole,

    /// <summary>It is encrypted without a modification detection code (RFC 9580 section 5.7): a change would not be seen.</summary>
    NoIntegrity,

    /// <summary>It is larger than the limits allow, or expands more.</summary>
    TooLarge,

    /// <summary>It holds more packets, or packets nested deeper, than the limits allow.</summary>
    TooDeep,

    /// <summary>An algorithm or a version that is not read here.</summary>
    Unsupported,

    /// <summary>It does not follow RFC 9580.</summary>
    Malformed,

    /// <summary>The key is too weak, or it is revoked, has expired, or is not made for this.</summary>
    KeyUnusable,

    /// <summary>The passphrase of a secret key is missing or wrong.</summary>
    WrongPassphrase,
}
