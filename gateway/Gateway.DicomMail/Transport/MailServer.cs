using System.Net;

namespace Gateway.DicomMail.Transport;

/// <summary>A mail server of the network.</summary>
/// <param name="Host">Its name: its certificate must be issued to it.</param>
/// <param name="SmtpPort">Port of SMTP with STARTTLS (RFC 3207).</param>
/// <param name="Pop3sPort">Port of POP3 over TLS (RFC 8314).</param>
/// <param name="At">Where it is, in place of what its name resolves to: nobody is asked for the name. Null to resolve it.</param>
public sealed record MailServer(string Host, int SmtpPort = 25, int Pop3sPort = 995, IPAddress? At = null);
