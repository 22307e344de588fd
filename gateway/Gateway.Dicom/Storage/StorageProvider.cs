using Gateway.Dicom.Dimse;
using Gateway.Dicom.UpperLayer;

namespace Gateway.Dicom.Storage;

/// <summary>
/// The provider's side (SCP) of the storage and verification service classes (PS3.4 annexes A and B): answers C-ECHO and C-STORE on an
/// association until it is released. Another operation is answered with 0211 (PS3.7 annex C.5.23), and the association goes on.
/// </summary>
public static class StorageProvider
{
    /// <summary>Serves an association to its end.</summary>
    /// <param name="association">An accepted association.</param>
    /// <param name="handler">What takes the instances.</param>
    /// <param name="cancellation">Ends the work; the caller aborts the association then.</param>
    /// <exception cref="AssociationException">The association did not end with a release.</exception>
    public static async Task ServeAsync(Association association, IStorageHandler handler, CancellationToken cancellation)
    {
        var messages = new MessageExchange(association);
        while (await messages.ReceiveAsync(cancellation) is { } message)
        {
            var response = await AnswerAsync(messages, association, message, handler, cancellation);
            if (response is not null)
                await messages.SendAsync(message.Context, response, cancellation);
        }
    }

    private static async Task<CommandSet?> AnswerAsync(
        MessageExchange messages, Association association, IncomingMessage message, IStorageHandler handler, CancellationToken cancellation)
    {
        var command = message.Command;
        switch (command)
        {
            case { CommandField: CommandField.CancelRequest }: // nothing that could be cancelled is ever open
                return null;
            case { MessageId: null } or { CommandField: null or >= CommandField.ResponseBit }:
                await association.AbortAsync(AbortReason.InvalidPduParameter);
                throw new ProtocolViolationException(AbortReason.InvalidPduParameter, "A message came that is not a request.");
            case { CommandField: CommandField.EchoRequest }:
                await messages.DrainAsync(cancellation);
                return new EchoResponse(command.MessageId.Value, DimseStatus.Success).ToCommand();
            case { CommandField: CommandField.StoreRequest }:
                var outcome = StoreRequest.From(command) is { } request
                    ? await handler.StoreAsync(new StoreOperation(messages, association, message.Context, request), cancellation)
                    : new StoreOutcome(DimseStatus.CannotUnderstand, "The request names no SOP class or instance, or has no data set");
                await messages.DrainAsync(cancellation);
                return new StoreResponse(
                    command.MessageId.Value, command.AffectedSopClassUid, command.AffectedSopInstanceUid, outcome.Status,
                    outcome.ErrorComment).ToCommand();
            default:
                await messages.DrainAsync(cancellation);
                return new CommandSet
                {
                    CommandField = (ushort)(command.CommandField.Value | CommandField.ResponseBit),
                    MessageIdBeingRespondedTo = command.MessageId,
                    HasDataSet = false,
                    Status = DimseStatus.UnrecognizedOperation,
                };
        }
    }
}
