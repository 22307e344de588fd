namespace Gateway.DicomMail.Transport;

/// <summary>What is to be thought of a server's certificate.</summary>
/// <param name="Problem">Why it is not trusted, with the name of who issued it: an interceptor is named. Null when it is trusted.</param>
public sealed record TrustVerdict(string? Problem)
{
    /// <summary>Whether the server is of the network.</summary>
    public bool IsTrusted => Problem is null;
}
