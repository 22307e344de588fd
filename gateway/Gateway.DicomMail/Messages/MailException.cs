namespace Gateway.DicomMail.Messages;

/// <summary>A mail cannot be used. The message says why, without a word of what is in it.</summary>
public sealed class MailException(string message, Exception? inner = null) : Exception(message, inner);
