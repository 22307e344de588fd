namespace Gateway.DicomMail.Messages;

/// <summary>A document that rides along with a study: a report, a letter.</summary>
/// <param name="Study">The study instance UID that it belongs to; empty where none is named.</param>
/// <param name="ContentType">Its media type, such as <c>application/pdf</c>.</param>
/// <param name="FileName">The name of the file on this machine.</param>
public sealed record StudyDocument(string Study, string ContentType, string FileName);
