namespace Gateway.DicomMail.Transport;

/// <summary>A mail that waits in a mailbox.</summary>
/// <param name="Mailbox">The mailbox's name.</param>
/// <param name="Id">The mail's id in it, the same at each poll (RFC 1939 section 7, UIDL). A server may give it to another mail once this one is gone.</param>
/// <param name="Bytes">Its length in bytes, as the server says.</param>
/// <param name="CopyToAsync">Fetches the mail, and writes it as it is.</param>
public sealed record WaitingMail(string Mailbox, string Id, long Bytes, Func<Stream, CancellationToken, Task> CopyToAsync)
{
    /// <summary>Its header section as it is (RFC 5322 section 2.2), fetched before the mail itself; empty where the mailbox cannot show it alone.</summary>
    public ReadOnlyMemory<byte> Headers { get; init; }
}
