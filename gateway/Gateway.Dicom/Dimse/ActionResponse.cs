namespace Gateway.Dicom.Dimse;

/// <summary>N-ACTION-RSP (PS3.7 section 10.3.4.2), without an action reply.</summary>
/// <param name="Request">The request, as it came.</param>
/// <param name="Status">The outcome.</param>
/// <param name="ErrorComment">What was wrong, at most 64 characters, without patient data.</param>
public readonly record struct ActionResponse(CommandSet Request, DimseStatus Status, string? ErrorComment = null)
{
    /// <summary>The response as a command set.</summary>
    public CommandSet ToCommand() => new()
    {
        AffectedSopClassUid = Request.RequestedSopClassUid,
        CommandField = CommandField.ActionResponse,
        MessageIdBeingRespondedTo = Request.MessageId,
        HasDataSet = false,
        Status = Status,
        ErrorComment = ErrorComment,
        AffectedSopInstanceUid = Request.RequestedSopInstanceUid,
        ActionTypeId = Request.ActionTypeId,
    };
}
