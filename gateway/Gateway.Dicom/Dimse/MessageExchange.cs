using System.Buffers;
using Gateway.Dicom.UpperLayer;

namespace Gateway.Dicom.Dimse;

/// <summary>
/// Exchanges DIMSE messages over an association (PS3.7 section 8.4, PS3.8 annex E.1): a command set, then perhaps a data set, each in
/// fragments. Data sets stream: no more of one than a PDU is in memory.
/// </summary>
/// <param name="association">The association; its exceptions pass through, and a violation here aborts it too.</param>
public sealed class MessageExchange(Association association)
{
    private PresentationContext? openDataSet;

    /// <summary>
    /// The next message; or null when the peer released the association. What was left of the last data set is read past.
    /// </summary>
    public async ValueTask<IncomingMessage?> ReceiveAsync(CancellationToken cancellation)
    {
        await DrainAsync(cancellation);
        var bytes = new ArrayBufferWriter<byte>();
        byte? contextId = null;
        while (true)
        {
            var received = await association.ReceiveAsync(releaseAllowed: contextId is null, cancellation);
            if (received is not { } fragment)
                return null;
            if (!fragment.IsCommand || (contextId ?? fragment.ContextId) != fragment.ContextId)
                throw await ViolationAsync(AbortReason.UnexpectedPduParameter, "A fragment that is not of the command set came inside it.");
            if (bytes.WrittenCount + fragment.Fragment.Length > CommandSet.MaximumLength)
                throw await ViolationAsync(
                    AbortReason.InvalidPduParameter, $"A command set is longer than {CommandSet.MaximumLength} bytes.");
            bytes.Write(fragment.Fragment.Span);
            contextId = fragment.ContextId;
            if (fragment.IsLast)
                break;
        }

        var command = await ReadCommandAsync(bytes.WrittenMemory);
        var context = association.Contexts[contextId.Value];
        openDataSet = command.HasDataSet ? context : null;
        return new IncomingMessage(context, command);
    }

    /// <summary>The next fragment of the current message's data set, valid until the next call; empty at its end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadDataSetAsync(CancellationToken cancellation)
    {
        while (openDataSet is { } context)
        {
            var fragment = (await association.ReceiveAsync(releaseAllowed: false, cancellation))!.Value;
            if (fragment.IsCommand || fragment.ContextId != context.Id)
                throw await ViolationAsync(AbortReason.UnexpectedPduParameter, "A fragment that is not of the data set came inside it.");
            if (fragment.IsLast)
                openDataSet = null;
            if (!fragment.Fragment.IsEmpty)
                return fragment.Fragment;
        }

        return ReadOnlyMemory<byte>.Empty;
    }

    /// <summary>Reads past what is left of the current message's data set, so that the association can go on.</summary>
    public async ValueTask DrainAsync(CancellationToken cancellation)
    {
        while (!(await ReadDataSetAsync(cancellation)).IsEmpty)
        {
        }
    }

    /// <summary>Sends a message without a data set.</summary>
    public async ValueTask SendAsync(PresentationContext context, CommandSet command, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> rest = command.ToBytes();
        while (!rest.IsEmpty)
        {
            var count = Math.Min(rest.Length, association.FragmentBuffer.Length);
            rest[..count].CopyTo(association.FragmentBuffer);
            rest = rest[count..];
            await association.SendAsync(context.Id, isCommand: true, isLast: rest.IsEmpty, count, cancellation);
        }
    }

    /// <summary>Sends a message with a data set; one of odd length, which PS3.5 does not allow, gets a NUL byte behind it.</summary>
    /// <param name="context">The presentation context.</param>
    /// <param name="command">The command set.</param>
    /// <param name="dataSet">
    /// A seekable stream that holds the data set, in the context's transfer syntax, from its position to its end.
    /// </param>
    /// <param name="progress">Told the number of bytes sent so far, after each PDU.</param>
    /// <param name="cancellation">Ends the sending; the association must be aborted then.</param>
    public async ValueTask SendAsync(
        PresentationContext context, CommandSet command, Stream dataSet, IProgress<long>? progress, CancellationToken cancellation)
    {
        await SendAsync(context, command, cancellation);
        var buffer = association.FragmentBuffer;
        var total = dataSet.Length - dataSet.Position;
        for (long sent = 0; sent == 0 || sent < total;)
        {
            var count = (int)Math.Min(buffer.Length, total - sent);
            await dataSet.ReadExactlyAsync(buffer[..count], cancellation);
            if (count % 2 != 0)
                buffer.Span[count++] = 0; // a full buffer is of even length, so this is the end
            await association.SendAsync(context.Id, isCommand: false, isLast: sent + count >= total, count, cancellation);
            sent += count;
            progress?.Report(sent);
            if (count == 0)
                return;
        }
    }

    private async ValueTask<CommandSet> ReadCommandAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return CommandSet.Read(bytes.Span);
        }
        catch (ProtocolViolationException violation)
        {
            await association.AbortAsync(violation.Reason);
            throw;
        }
    }

    private async ValueTask<ProtocolViolationException> ViolationAsync(AbortReason reason, string message)
    {
        await association.AbortAsync(reason);
        return new ProtocolViolationException(reason, message);
    }
}
