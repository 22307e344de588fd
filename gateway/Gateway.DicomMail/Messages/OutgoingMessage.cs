namespace Gateway.DicomMail.Messages;

/// <summary>One message of a set, before it is packed.</summary>
/// <param name="Part">Which of the set it is.</param>
/// <param name="MessageId">Its Message-ID, without angle brackets. A message that is packed again keeps it.</param>
/// <param name="From">The sender's mail address.</param>
/// <param name="To">The recipient's.</param>
/// <param name="IsUrgent">Whether it is part of an emergency.</param>
/// <param name="Objects">The DICOM objects.</param>
/// <param name="Documents">Documents that ride along.</param>
/// <param name="At">When it is packed, UTC.</param>
public sealed record OutgoingMessage(
    SetPart Part, string MessageId, string From, string To, bool IsUrgent, IReadOnlyList<StudyObject> Objects, IReadOnlyList<StudyDocument> Documents, DateTimeOffset At)
{
    /// <summary>The subject of each message: never a word about a patient outside the encryption.</summary>
    public const string Subject = "DICOM-eMail";

    /// <summary>A new Message-ID at the sender's domain (RFC 5322 section 3.6.4).</summary>
    /// <param name="from">The sender's mail address.</param>
    public static string NewMessageId(string from) => $"{Guid.NewGuid():N}@{from[(from.LastIndexOf('@') + 1)..]}";
}
