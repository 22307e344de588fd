using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.Dimse;

/// <summary>N-ACTION-RQ (PS3.7 section 10.3.4.1); its data set, where it has one, follows.</summary>
/// <param name="MessageId">The id of the message, unique among those outstanding.</param>
/// <param name="SopClass">The SOP class of the instance that is acted on.</param>
/// <param name="SopInstance">The instance.</param>
/// <param name="ActionType">What is to be done; the SOP class numbers its actions.</param>
public readonly record struct ActionRequest(ushort MessageId, Uid SopClass, Uid SopInstance, ushort ActionType)
{
    /// <summary>Reads the request; null where the command lacks one of its parts.</summary>
    public static ActionRequest? From(CommandSet command) =>
        command is { MessageId: { } id, RequestedSopClassUid: { } sopClass, RequestedSopInstanceUid: { } sopInstance, ActionTypeId: { } type, HasDataSet: true }
            ? new ActionRequest(id, sopClass, sopInstance, type)
            : null;

    /// <summary>The request as a command set.</summary>
    public CommandSet ToCommand() => new()
    {
        RequestedSopClassUid = SopClass,
        CommandField = CommandField.ActionRequest,
        MessageId = MessageId,
        HasDataSet = true,
        RequestedSopInstanceUid = SopInstance,
        ActionTypeId = ActionType,
    };
}
