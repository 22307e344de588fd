namespace Gateway.DicomMail.Transport;

/// <summary>A way out for mail. Safe for several callers at once.</summary>
public interface IMailRelay
{
    /// <summary>Hands a mail over.</summary>
    /// <param name="envelope">Whose it is, and for whom.</param>
    /// <param name="path">The file that holds the message, with CRLF line ends and no line over 998 octets.</param>
    /// <param name="cancellation">Ends the attempt; whether the mail was taken over is then unknown.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    Task<RelayAnswer> SendAsync(Envelope envelope, string path, CancellationToken cancellation);
}
