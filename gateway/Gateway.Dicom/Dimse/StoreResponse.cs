using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.Dimse;

/// <summary>C-STORE-RSP (PS3.7 section 9.3.1.2).</summary>
/// <param name="MessageId">The id of the request.</param>
/// <param name="SopClass">The SOP class of the request, where it could be read.</param>
/// <param name="SopInstance">The SOP instance UID of the request, where it could be read.</param>
/// <param name="Status">The outcome.</param>
/// <param name="ErrorComment">What was wrong, at most 64 characters, without patient data.</param>
public readonly record struct StoreResponse(ushort MessageId, Uid? SopClass, Uid? SopInstance, DimseStatus Status, string? ErrorComment)
{
    /// <summary>The response as a command set.</summary>
    public CommandSet ToCommand() => new()
    {
        AffectedSopClassUid = SopClass,
        CommandField = CommandField.StoreResponse,
        MessageIdBeingRespondedTo = MessageId,
        HasDataSet = false,
        Status = Status,
        ErrorComment = ErrorComment,
        AffectedSopInstanceUid = SopInstance,
    };
}
