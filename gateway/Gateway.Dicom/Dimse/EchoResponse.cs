using Gateway.Dicom.Registry;

namespace Gateway.Dicom.Dimse;

/// <summary>C-ECHO-RSP (PS3.7 section 9.3.5.2).</summary>
/// <param name="MessageId">The id of the request.</param>
/// <param name="Status">The outcome.</param>
public readonly record struct EchoResponse(ushort MessageId, DimseStatus Status)
{
    /// <summary>The response as a command set.</summary>
    public CommandSet ToCommand() => new()
    {
        AffectedSopClassUid = SopClasses.Verification,
        CommandField = CommandField.EchoResponse,
        MessageIdBeingRespondedTo = MessageId,
        HasDataSet = false,
        Status = Status,
    };
}
