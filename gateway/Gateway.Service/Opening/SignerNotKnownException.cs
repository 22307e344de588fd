namespace Gateway.Service.Opening;

/// <summary>A mail is signed by a key that is no partner's, so far.</summary>
/// <param name="message">Which, for people.</param>
/// <param name="keyId">The id of the key.</param>
internal sealed class SignerNotKnownException(string message, long keyId) : Exception(message)
{
    /// <summary>The id of the key.</summary>
    public long KeyId => keyId;
}
