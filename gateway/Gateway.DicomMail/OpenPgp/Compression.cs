namespace Gateway.DicomMail.OpenPgp;

/// <summary>How the content of a message is compressed before it is encrypted (RFC 9580 section 5.6).</summary>
public enum Compression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>ZIP, Huffman codes only: undoes the third that base64 adds, and is faster than looking for repetitions.</summary>
    Huffman,

    /// <summary>ZIP, the fastest level that looks for repetitions and chooses its codes: as small as GnuPG's fastest.</summary>
    Fast,
}
