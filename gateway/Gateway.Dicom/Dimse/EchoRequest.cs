using Gateway.Dicom.Registry;

namespace Gateway.Dicom.Dimse;

/// <summary>C-ECHO-RQ (PS3.7 section 9.3.5.1).</summary>
/// <param name="MessageId">The id of the message, unique among those outstanding.</param>
public readonly record struct EchoRequest(ushort MessageId)
{
    /// <summary>The request as a command set.</summary>
    public CommandSet ToCommand() => new()
    {
        AffectedSopClassUid = SopClasses.Verification,
        CommandField = CommandField.EchoRequest,
        MessageId = MessageId,
        HasDataSet = false,
    };
}
