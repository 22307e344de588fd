namespace Gateway.DicomMail.Transport;

/// <summary>A mailbox cannot be asked: unreachable, not secure, or refused. The message says which, for people, without a secret.</summary>
public sealed class MailboxException(string message, Exception? inner = null) : Exception(message, inner);
