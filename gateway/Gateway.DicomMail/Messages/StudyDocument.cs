namespace Gateway.DicomMail.Messages;

/// <summary>A document that rides along with a study: a report, a letter.</summary>
/// <param name="Study">The study instance UID that it belongs to; empty where none is named.</param>
/// <param name="ContentType">Its media type, such as <c>application/pdf</c>.</param>
/// <param name="FileName">The name of the file on this machine.</param>
public sealed record StudyDocument(string Study, string ContentType, string FileName)
{
    /// <summary>The character set of its text (RFC 2046 section 4.1.2), as its sender names it; null where it names none.</summary>
    public string? Charset { get; init; }

    /// <summary>Its name at the sender; empty where it has none. It may name a patient: it goes into no log.</summary>
    public string Title { get; init; } = "";

    /// <summary>Keeps its title out of every log that it might be given to.</summary>
    public override string ToString() => nameof(StudyDocument);
}
