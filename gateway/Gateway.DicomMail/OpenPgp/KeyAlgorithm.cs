namespace Gateway.DicomMail.OpenPgp;

/// <summary>What a new key is made of (RFC 9580 section 9.1).</summary>
public enum KeyAlgorithm
{
    /// <summary>RSA with 3072 bits, for signing and for encrypting.</summary>
    Rsa3072,

    /// <summary>RSA with 4096 bits, for signing and for encrypting.</summary>
    Rsa4096,

    /// <summary>Ed25519 for signing and X25519 for encrypting, in the version 4 form that GnuPG 2.1 and later reads.</summary>
    Curve25519,
}
