namespace Gateway.DicomMail.Messages;

/// <summary>The disk has no room for what is in a message: it can be unpacked when there is more.</summary>
public sealed class NoRoomException(string message) : IOException(message);
