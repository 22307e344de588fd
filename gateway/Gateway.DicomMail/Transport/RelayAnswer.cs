namespace Gateway.DicomMail.Transport;

/// <summary>What became of a mail that was handed over.</summary>
public abstract record RelayAnswer
{
    private RelayAnswer()
    {
    }

    /// <summary>A server has taken it over: the answer is the proof (RFC 5321 section 4.2.5).</summary>
    /// <param name="Server">The server, or the folder.</param>
    /// <param name="Text">Its reply, such as <c>250 2.0.0 Ok: queued as 4f…</c>.</param>
    public sealed record Accepted(string Server, string Text) : RelayAnswer;

    /// <summary>No server took it now: unreachable, 4xx, or no secure connection. Each is tried again.</summary>
    /// <param name="Reason">What each server said, or what was wrong with it; without patient data.</param>
    public sealed record Deferred(string Reason) : RelayAnswer;

    /// <summary>A server said that this mail will never be taken (5xx to sender, recipient or content).</summary>
    /// <param name="Server">The server.</param>
    /// <param name="Reason">Its reply.</param>
    public sealed record Refused(string Server, string Reason) : RelayAnswer;

    /// <summary>It is larger than any server takes (RFC 1870): smaller messages would be taken.</summary>
    /// <param name="MaximumBytes">The largest that one of them takes.</param>
    public sealed record TooLarge(long MaximumBytes) : RelayAnswer;
}
