namespace Gateway.DicomMail.Transport;

/// <summary>The certificate that a server showed last.</summary>
/// <param name="Host">The server.</param>
/// <param name="Port">Its port.</param>
/// <param name="Until">When it ends, UTC.</param>
/// <param name="Verdict">What is to be thought of it.</param>
public sealed record ShownCertificate(string Host, int Port, DateTimeOffset Until, TrustVerdict Verdict);
