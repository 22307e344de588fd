using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Receipts;

namespace Gateway.DicomMail.Messages;

/// <summary>What was inside the encryption of a message. It is to be believed as far as its signature goes, and not before.</summary>
/// <param name="Signature">Who signed it.</param>
/// <param name="Part">Which message of a set it is; null where it says none.</param>
/// <param name="MessageId">Its Message-ID as the signature covers it; null where only the outside says one.</param>
/// <param name="ContentId">The Content-ID of its content; null where it has none.</param>
/// <param name="To">Whom it was written for, as the signature covers it; null where only the outside says so.</param>
/// <param name="IsUrgent">Whether it is part of an emergency.</param>
/// <param name="Objects">The files of its DICOM objects, in their order.</param>
/// <param name="Documents">Its documents.</param>
/// <param name="Receipt">The receipt that it is; null where it is none.</param>
public sealed record UnpackedMessage(
    SignatureVerdict Signature, SetPart? Part, string? MessageId, string? ContentId, string? To, bool IsUrgent,
    IReadOnlyList<string> Objects, IReadOnlyList<StudyDocument> Documents, Receipt? Receipt);
