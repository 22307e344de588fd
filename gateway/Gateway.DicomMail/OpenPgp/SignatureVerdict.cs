namespace Gateway.DicomMail.OpenPgp;

/// <summary>What the signature of a message says about where it came from.</summary>
public abstract record SignatureVerdict
{
    private SignatureVerdict()
    {
    }

    /// <summary>There is no signature.</summary>
    public sealed record None : SignatureVerdict;

    /// <summary>There is one, of a key that is not in the key ring: nobody knows whether it is right.</summary>
    /// <param name="KeyId">The id that the signature names, or 0.</param>
    public sealed record UnknownSigner(long KeyId) : SignatureVerdict;

    /// <summary>The signature is wrong, or its key must not have made it.</summary>
    /// <param name="Reason">Why, for people.</param>
    public sealed record Bad(string Reason) : SignatureVerdict;

    /// <summary>The signature is right, and its key is valid.</summary>
    /// <param name="Signer">The fingerprint of the signer's primary key, whichever subkey signed.</param>
    /// <param name="At">When it was made, by the signer's clock.</param>
    public sealed record Good(Fingerprint Signer, DateTimeOffset At) : SignatureVerdict;
}
