using System.Buffers.Binary;
using System.Text;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.UpperLayer;

namespace Gateway.Dicom.Dimse;

/// <summary>A command set: the elements of group 0000 in implicit VR little endian (PS3.7 section 6.3.1, annex E).</summary>
public sealed class CommandSet
{
    /// <summary>The longest command set that is read, in bytes; real ones have under 300.</summary>
    public const int MaximumLength = 16 * 1024;

    private const ushort GroupLength = 0x0000;
    private const ushort AffectedSopClass = 0x0002;
    private const ushort RequestedSopClass = 0x0003;
    private const ushort Field = 0x0100;
    private const ushort MessageIdElement = 0x0110;
    private const ushort RespondedMessageId = 0x0120;
    private const ushort PriorityElement = 0x0700;
    private const ushort DataSetType = 0x0800;
    private const ushort StatusElement = 0x0900;
    private const ushort Comment = 0x0902;
    private const ushort AffectedSopInstance = 0x1000;
    private const ushort RequestedSopInstance = 0x1001;
    private const ushort EventType = 0x1002;
    private const ushort ActionType = 0x1008;
    private const ushort NoDataSet = 0x0101;
    private const int HeaderLength = 8;

    private readonly SortedDictionary<ushort, byte[]> elements = [];

    /// <summary>Command Field (0000,0100); null where it is missing.</summary>
    public ushort? CommandField { get => GetUInt16(Field); init => Set(Field, value); }

    /// <summary>Message ID (0000,0110), of a request.</summary>
    public ushort? MessageId { get => GetUInt16(MessageIdElement); init => Set(MessageIdElement, value); }

    /// <summary>Message ID Being Responded To (0000,0120), of a response.</summary>
    public ushort? MessageIdBeingRespondedTo { get => GetUInt16(RespondedMessageId); init => Set(RespondedMessageId, value); }

    /// <summary>Affected SOP Class UID (0000,0002); null where it is missing or unreadable.</summary>
    public Uid? AffectedSopClassUid { get => GetUid(AffectedSopClass); init => Set(AffectedSopClass, value); }

    /// <summary>Affected SOP Instance UID (0000,1000); null where it is missing or unreadable.</summary>
    public Uid? AffectedSopInstanceUid { get => GetUid(AffectedSopInstance); init => Set(AffectedSopInstance, value); }

    /// <summary>Requested SOP Class UID (0000,0003); null where it is missing or unreadable.</summary>
    public Uid? RequestedSopClassUid { get => GetUid(RequestedSopClass); init => Set(RequestedSopClass, value); }

    /// <summary>Requested SOP Instance UID (0000,1001); null where it is missing or unreadable.</summary>
    public Uid? RequestedSopInstanceUid { get => GetUid(RequestedSopInstance); init => Set(RequestedSopInstance, value); }

    /// <summary>Event Type ID (0000,1002), of an event report.</summary>
    public ushort? EventTypeId { get => GetUInt16(EventType); init => Set(EventType, value); }

    /// <summary>Action Type ID (0000,1008), of an action.</summary>
    public ushort? ActionTypeId { get => GetUInt16(ActionType); init => Set(ActionType, value); }

    /// <summary>Priority (0000,0700): 0 medium, 1 high, 2 low.</summary>
    public ushort? Priority { get => GetUInt16(PriorityElement); init => Set(PriorityElement, value); }

    /// <summary>Status (0000,0900), of a response.</summary>
    public DimseStatus? Status
    {
        get => GetUInt16(StatusElement) is { } code ? new DimseStatus(code) : null;
        init => Set(StatusElement, value?.Code);
    }

    /// <summary>Error Comment (0000,0902), at most 64 characters.</summary>
    public string? ErrorComment
    {
        get => elements.TryGetValue(Comment, out var value) ? Encoding.Latin1.GetString(value).Trim('\0', ' ') : null;
        init => Set(Comment, value is null ? null : Encoding.ASCII.GetBytes(value.Length > 64 ? value[..64] : value), padding: (byte)' ');
    }

    /// <summary>Whether a data set follows: Command Data Set Type (0000,0800) is not 0101H.</summary>
    public bool HasDataSet
    {
        get => GetUInt16(DataSetType) is { } type && type != NoDataSet;
        init => Set(DataSetType, value ? (ushort)0x0001 : NoDataSet);
    }

    /// <summary>Reads a command set.</summary>
    /// <exception cref="ProtocolViolationException">It is malformed.</exception>
    public static CommandSet Read(ReadOnlySpan<byte> bytes)
    {
        var set = new CommandSet();
        while (!bytes.IsEmpty)
        {
            var length = bytes.Length >= HeaderLength ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) : uint.MaxValue;
            if (length > bytes.Length - HeaderLength)
                throw new ProtocolViolationException(
                    AbortReason.InvalidPduParameter, "An element of the command set is longer than the command set.");
            if (BinaryPrimitives.ReadUInt16LittleEndian(bytes) == 0)
                set.elements[BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..])] = bytes.Slice(HeaderLength, (int)length).ToArray();
            bytes = bytes[(HeaderLength + (int)length)..];
        }

        return set;
    }

    /// <summary>The elements in order, with a right group length in front (PS3.7 section 6.3.1).</summary>
    public byte[] ToBytes()
    {
        var body = elements.Where(element => element.Key != GroupLength).ToList();
        var bytes = new byte[HeaderLength + 4 + body.Sum(element => HeaderLength + element.Value.Length)];
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length - HeaderLength - 4);
        var rest = WriteElement(bytes, GroupLength, length);
        foreach (var (element, value) in body)
            rest = WriteElement(rest, element, value);
        return bytes;
    }

    private static Span<byte> WriteElement(Span<byte> target, ushort element, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(target[2..], element);
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], value.Length);
        value.CopyTo(target[HeaderLength..]);
        return target[(HeaderLength + value.Length)..];
    }

    private ushort? GetUInt16(ushort element) =>
        elements.TryGetValue(element, out var value) && value.Length >= 2 ? BinaryPrimitives.ReadUInt16LittleEndian(value) : null;

    private Uid? GetUid(ushort element) => elements.TryGetValue(element, out var value) && Uid.TryParse(value, out var uid) ? uid : null;

    private void Set(ushort element, ushort? value) =>
        Set(element, value is { } number ? [(byte)number, (byte)(number >> 8)] : null, padding: 0);

    private void Set(ushort element, Uid? value) => Set(element, value is { } uid ? Encoding.ASCII.GetBytes(uid.Value) : null, padding: 0);

    private void Set(ushort element, byte[]? value, byte padding)
    {
        if (value is not null)
            elements[element] = value.Length % 2 == 0 ? value : [.. value, padding];
    }
}
