namespace Gateway.Dicom.Part10;

/// <summary>A file is not a DICOM file that can be used; the message says what is missing.</summary>
/// <param name="message">What was found, and what is needed.</param>
public sealed class Part10Exception(string message) : Exception(message);
