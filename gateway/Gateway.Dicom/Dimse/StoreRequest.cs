using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.Dimse;

/// <summary>C-STORE-RQ (PS3.7 section 9.3.1.1); its data set follows.</summary>
/// <param name="MessageId">The id of the message, unique among those outstanding.</param>
/// <param name="SopClass">The SOP class of the instance.</param>
/// <param name="SopInstance">The SOP instance UID.</param>
public readonly record struct StoreRequest(ushort MessageId, Uid SopClass, Uid SopInstance)
{
    /// <summary>Reads the request; null where the command lacks one of its parts.</summary>
    public static StoreRequest? From(CommandSet command) =>
        command is { MessageId: { } id, AffectedSopClassUid: { } sopClass, AffectedSopInstanceUid: { } sopInstance, HasDataSet: true }
            ? new StoreRequest(id, sopClass, sopInstance)
            : null;

    /// <summary>The request as a command set, of medium priority.</summary>
    public CommandSet ToCommand() => new()
    {
        AffectedSopClassUid = SopClass,
        CommandField = CommandField.StoreRequest,
        MessageId = MessageId,
        Priority = 0,
        HasDataSet = true,
        AffectedSopInstanceUid = SopInstance,
    };
}
