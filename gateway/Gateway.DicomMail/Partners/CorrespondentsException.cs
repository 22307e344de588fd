namespace Gateway.DicomMail.Partners;

/// <summary>The keys or the partner directory cannot be used; the message says why, with a code, and without a secret.</summary>
public sealed class CorrespondentsException(string message, Exception? inner = null) : Exception(message, inner);
