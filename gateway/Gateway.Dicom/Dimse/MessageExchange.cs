using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;

namespace Gateway.Dicom.Dimse;

/// <summary>
/// Exchanges DIMSE messages over an association (PS3.7 section 8.4, PS3.8 annex E.1): a command set, then perhaps a data set, each in
/// fragments. One flow receives; several may send, and a message leaves whole before the next one begins. Data sets stream: no more of
/// one than a PDU is in memory when it is received, and two when it is sent.
/// </summary>
/// <param name="association">The association; its exceptions pass through, and a violation here aborts it too.</param>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing.")]
public sealed class MessageExchange(Association association)
{
    private const int CommandLength = 1024; // real command sets have under 300 bytes

    private readonly SemaphoreSlim sending = new(1, 1);
    private readonly OutgoingFragment commandFragment = association.NewFragment(CommandLength);
    private OutgoingFragment? dataFragment;
    private OutgoingFragment? readAhead;
    private PresentationContext? openDataSet;

    /// <summary>
    /// The next message; or null when the peer asks for the release. What was left of the last data set is read past.
    /// </summary>
    public async ValueTask<IncomingMessage?> ReceiveAsync(CancellationToken cancellation)
    {
        await DrainAsync(cancellation);
        if (await association.ReceiveAsync(cancellation) is not { } fragment)
            return null;
        if (!fragment.IsCommand)
            throw await ViolationAsync(AbortReason.UnexpectedPduParameter, "A fragment of a data set came where a command set is due.");
        var contextId = fragment.ContextId;
        var bytes = fragment.IsLast ? fragment.Fragment : await JoinAsync(fragment, cancellation);
        var command = await ReadCommandAsync(bytes);
        var context = association.Contexts[contextId];
        openDataSet = command.HasDataSet ? context : null;
        return new IncomingMessage(context, command);
    }

    /// <summary>The next fragment of the current message's data set, valid until the next call; empty at its end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadDataSetAsync(CancellationToken cancellation)
    {
        while (openDataSet is { } context)
        {
            var fragment = await InsideAsync(cancellation);
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
        await sending.WaitAsync(cancellation);
        try
        {
            await SendCommandAsync(context, command, cancellation);
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>Sends a message with a data set; one of odd length, which PS3.5 does not allow, gets a NUL byte behind it.</summary>
    /// <param name="context">The presentation context.</param>
    /// <param name="command">The command set.</param>
    /// <param name="dataSet">
    /// A seekable stream that holds the data set, in the context's transfer syntax, from its position to its end. It is read one fragment
    /// ahead of what is being sent.
    /// </param>
    /// <param name="progress">Told the number of bytes sent so far, after each PDU.</param>
    /// <param name="cancellation">Ends the sending; the association must be aborted then, as after a failure of the stream.</param>
    public async ValueTask SendAsync(
        PresentationContext context, CommandSet command, Stream dataSet, IProgress<long>? progress, CancellationToken cancellation)
    {
        await sending.WaitAsync(cancellation);
        try
        {
            await SendCommandAsync(context, command, cancellation);
            await SendDataSetAsync(context, dataSet, progress, cancellation);
        }
        finally
        {
            sending.Release();
        }
    }

    private async ValueTask SendCommandAsync(PresentationContext context, CommandSet command, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> rest = command.ToBytes();
        while (!rest.IsEmpty)
        {
            var count = Math.Min(rest.Length, commandFragment.Bytes.Length);
            rest[..count].CopyTo(commandFragment.Bytes);
            rest = rest[count..];
            await association.SendAsync(commandFragment, context.Id, isCommand: true, isLast: rest.IsEmpty, count, cancellation);
        }
    }

    private async ValueTask SendDataSetAsync(
        PresentationContext context, Stream dataSet, IProgress<long>? progress, CancellationToken cancellation)
    {
        var rest = dataSet.Length - dataSet.Position;
        var current = dataFragment ??= association.NewFragment();
        var ahead = readAhead ??= association.NewFragment();
        var count = await FillAsync(current, dataSet, rest, cancellation);
        for (long sent = 0; ;)
        {
            rest = Math.Max(rest - count, 0);
            var leaving = association.SendAsync(current, context.Id, isCommand: false, isLast: rest == 0, count, cancellation);
            int next;
            try
            {
                next = await FillAsync(ahead, dataSet, rest, cancellation);
            }
            finally
            {
                await leaving;
            }

            progress?.Report(sent += count);
            if (rest == 0)
                return;
            (current, ahead, count) = (ahead, current, next);
        }
    }

    /// <summary>Puts the next bytes of a data set into a fragment; a full one is of even length, so an odd one is the end.</summary>
    private static async ValueTask<int> FillAsync(OutgoingFragment fragment, Stream dataSet, long rest, CancellationToken cancellation)
    {
        var count = (int)Math.Min(fragment.Bytes.Length, rest);
        if (count > 0)
            await dataSet.ReadExactlyAsync(fragment.Bytes[..count], cancellation);
        if (count % 2 != 0)
            fragment.Bytes.Span[count++] = 0;
        return count;
    }

    private async ValueTask<ReadOnlyMemory<byte>> JoinAsync(PresentationDataValue fragment, CancellationToken cancellation)
    {
        var contextId = fragment.ContextId;
        var bytes = new ArrayBufferWriter<byte>();
        while (true)
        {
            if (bytes.WrittenCount + fragment.Fragment.Length > CommandSet.MaximumLength)
                throw await ViolationAsync(
                    AbortReason.InvalidPduParameter, $"A command set is longer than {CommandSet.MaximumLength} bytes.");
            bytes.Write(fragment.Fragment.Span);
            if (fragment.IsLast)
                return bytes.WrittenMemory;
            fragment = await InsideAsync(cancellation);
            if (!fragment.IsCommand || fragment.ContextId != contextId)
                throw await ViolationAsync(AbortReason.UnexpectedPduParameter, "A fragment that is not of the command set came inside it.");
        }
    }

    /// <summary>A fragment inside of a message, where a release is a violation.</summary>
    private async ValueTask<PresentationDataValue> InsideAsync(CancellationToken cancellation) =>
        await association.ReceiveAsync(cancellation)
        ?? throw await ViolationAsync(AbortReason.UnexpectedPdu, "A request for release came inside a message.");

    private async ValueTask<CommandSet> ReadCommandAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return CommandSet.Read(bytes.Span);
        }
        catch (ProtocolViolationException violation)
        {
            await association.AbortAsync(violation);
            throw;
        }
    }

    private async ValueTask<ProtocolViolationException> ViolationAsync(AbortReason reason, string message)
    {
        var violation = new ProtocolViolationException(reason, message);
        await association.AbortAsync(violation);
        return violation;
    }
}
