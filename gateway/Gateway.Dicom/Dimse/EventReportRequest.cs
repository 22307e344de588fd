using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.Dimse;

/// <summary>N-EVENT-REPORT-RQ (PS3.7 section 10.3.1.1); its data set, where it has one, follows.</summary>
/// <param name="MessageId">The id of the message, unique among those outstanding.</param>
/// <param name="SopClass">The SOP class of the instance that something happened to.</param>
/// <param name="SopInstance">The instance.</param>
/// <param name="EventType">What happened; the SOP class numbers its events.</param>
public readonly record struct EventReportRequest(ushort MessageId, Uid SopClass, Uid SopInstance, ushort EventType)
{
    /// <summary>Reads the request; null where the command lacks one of its parts.</summary>
    public static EventReportRequest? From(CommandSet command) =>
        command is { MessageId: { } id, AffectedSopClassUid: { } sopClass, AffectedSopInstanceUid: { } sopInstance, EventTypeId: { } type, HasDataSet: true }
            ? new EventReportRequest(id, sopClass, sopInstance, type)
            : null;

    /// <summary>The request as a command set.</summary>
    public CommandSet ToCommand() => new()
    {
        AffectedSopClassUid = SopClass,
        CommandField = CommandField.EventReportRequest,
        MessageId = MessageId,
        HasDataSet = true,
        AffectedSopInstanceUid = SopInstance,
        EventTypeId = EventType,
    };
}
