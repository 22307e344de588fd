namespace Gateway.DicomMail.Messages;

/// <summary>A DICOM object that is sent.</summary>
/// <param name="Name">Its name at the sender.</param>
/// <param name="Bytes">The length of the file in bytes.</param>
/// <param name="Open">Opens the file (PS3.10), whose bytes are sent as they are.</param>
public sealed record StudyObject(string Name, long Bytes, Func<Stream> Open);
