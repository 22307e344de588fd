namespace Gateway.DicomMail.Transport.Smtp;

/// <summary>A file holds no message that could be sent: our own fault, and no server's.</summary>
internal sealed class MalformedMessageException(string message) : Exception(message);
