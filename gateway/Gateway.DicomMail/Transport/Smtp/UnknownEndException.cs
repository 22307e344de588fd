namespace Gateway.DicomMail.Transport.Smtp;

/// <summary>The connection was lost after the final dot: the server may have taken the mail over, or not (RFC 5321 section 4.5.4.1, RFC 1047).</summary>
internal sealed class UnknownEndException(ServerProblem cause) : Exception(cause.Message, cause);
