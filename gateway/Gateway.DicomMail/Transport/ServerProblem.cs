namespace Gateway.DicomMail.Transport;

/// <summary>A server cannot be used: unreachable, not secure, or not of our protocol. Nothing is said about a mail. The message is for people, and completes a sentence that begins with the server.</summary>
internal sealed class ServerProblem(string message, Exception? inner = null) : Exception(message, inner);
