using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;

namespace Gateway.Dicom.DataSets;

/// <summary>
/// One walk through a data set. Instead of recursion it keeps a list of what is open, which a hostile data set can make no deeper than
/// the limit. Every step goes forward by at least a header, so that the walk ends.
/// </summary>
internal sealed class StructureWalk
{
    private readonly DataCursor cursor;
    private readonly int maximumNesting;
    private readonly IStructureVisitor visitor;
    private readonly List<Level> levels = [];

    public StructureWalk(
        DataCursor cursor, DataSetEncoding encoding, int maximumNesting, IStructureVisitor visitor, LevelKind root = LevelKind.Elements)
    {
        this.cursor = cursor;
        this.maximumNesting = maximumNesting;
        this.visitor = visitor;
        levels.Add(new Level(root, default, cursor.Length, IsDefined: true, encoding));
    }

    /// <param name="Kind">What it holds.</param>
    /// <param name="Owner">The tag that opened it.</param>
    /// <param name="Limit">Where it ends, or, where its length is undefined, where the nearest one around it ends.</param>
    /// <param name="IsDefined">Whether its length is defined.</param>
    /// <param name="Encoding">How its elements are laid out.</param>
    private readonly record struct Level(LevelKind Kind, Tag Owner, long Limit, bool IsDefined, DataSetEncoding Encoding);

    private Level Current => levels[^1];

    private bool IsRoot => levels.Count == 1;

    /// <summary>Walks to the end; null where the data set is well formed.</summary>
    public DataSetProblem? Run(CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Current.IsDefined && cursor.Position == Current.Limit)
            {
                if (IsRoot)
                    return null;
                Close();
            }
            else if (IsRoot && cursor.Length == long.MaxValue && cursor.Peek(1).IsEmpty)
            {
                return null;
            }
            else if (Step() is { } reason)
            {
                return new DataSetProblem(cursor.Position, string.Join('/', levels.Skip(1).Select(level => level.Owner)), reason);
            }
        }
    }

    /// <summary>One header and what follows from it; the reason where it is malformed.</summary>
    private string? Step()
    {
        var room = Current.Limit - cursor.Position;
        if (room == 0)
            return "The enclosing value ends before the delimiter of a value of undefined length";
        var bytes = cursor.Peek((int)Math.Min(room, ElementHeader.MaximumSize));
        if (bytes.Length < ElementHeader.MinimumSize)
            return $"{bytes.Length} bytes are left where an element header is due";
        var header = ElementHeader.Read(bytes, Current.Encoding);
        if (header.Size > room || header.Size > bytes.Length)
            return $"The header of {header.Tag} is cut off";
        if (!header.IsUndefined && header.Length > room - header.Size)
            return $"{header.Tag} is {header.Length} bytes long where {room - header.Size} are left";

        return Current.Kind switch
        {
            LevelKind.Elements => Element(header),
            LevelKind.Items => Item(header),
            _ => Fragment(header),
        };
    }

    private string? Element(ElementHeader header)
    {
        if (header.Tag == Tag.Item)
            return "An item stands outside of a sequence";
        if (header.Tag == Tag.ItemDelimiter || header.Tag == Tag.SequenceDelimiter)
        {
            if (header.Length != 0)
                return $"A delimiter is {header.Length} bytes long; it has none";
            if (header.Tag == Tag.SequenceDelimiter && !Current.IsDefined)
                return "A sequence ends inside an item of undefined length";
            cursor.Skip(header.Size);
            if (!Current.IsDefined)
                Close(); // elsewhere it delimits nothing, as some devices write it
            return null;
        }

        var isSequence = header.Vr == ValueRepresentation.Sequence
            || (header.Vr == ValueRepresentation.None && !header.IsUndefined && visitor.IsSequence(header, cursor));
        if (isSequence || header.IsUndefined)
            return Open(header, isSequence);
        visitor.Element(header, Current.Encoding, IsRoot, cursor);
        return cursor.Skip(header.Size + (long)header.Length) ? null : $"The value of {header.Tag} is cut off";
    }

    private string? Open(ElementHeader header, bool isSequence)
    {
        if (levels.Count(level => level.Kind == LevelKind.Items) >= maximumNesting)
            return $"Sequences are nested deeper than {maximumNesting}";
        if (header.Vr.IsAlwaysDefined)
            return $"{header.Tag} has a VR that cannot be of undefined length";
        var isFragments = header.Vr.IsOther || (header.Vr == ValueRepresentation.None && header.Tag == Tag.PixelData);
        // A value of unknown VR and undefined length is a sequence in implicit VR little endian (PS3.5 section 6.2.2, note 4).
        var encoding = isSequence || isFragments ? Current.Encoding : DataSetEncoding.ImplicitLittleEndian;
        Enter(isFragments ? LevelKind.Fragments : LevelKind.Items, header, encoding);
        return null;
    }

    private string? Item(ElementHeader header)
    {
        if (header.Tag == Tag.SequenceDelimiter && header.Length == 0)
        {
            cursor.Skip(header.Size);
            if (!Current.IsDefined)
                Close();
            return null;
        }

        if (header.Tag == Tag.ItemDelimiter && header.Length == 0)
        {
            cursor.Skip(header.Size); // behind an item of defined length it delimits nothing
            return null;
        }

        if (header.Tag != Tag.Item)
            return $"{header.Tag} stands where an item or the end of the sequence is due";
        Enter(LevelKind.Elements, header, Current.Encoding);
        return null;
    }

    private string? Fragment(ElementHeader header)
    {
        if (header.Tag == Tag.SequenceDelimiter)
            Close();
        else if (header.Tag != Tag.Item || header.IsUndefined)
            return $"{header.Tag} stands where a fragment of defined length or the end of the fragments is due";
        else
            visitor.Fragment(cursor.Position + header.Size, header.Length);
        return cursor.Skip(header.Size + (long)header.Length) ? null : "A fragment is cut off";
    }

    private void Enter(LevelKind kind, ElementHeader header, DataSetEncoding encoding)
    {
        cursor.Skip(header.Size);
        visitor.Open(kind, header);
        levels.Add(header.IsUndefined
            ? new Level(kind, header.Tag, Current.Limit, IsDefined: false, encoding)
            : new Level(kind, header.Tag, cursor.Position + header.Length, IsDefined: true, encoding));
    }

    private void Close()
    {
        visitor.Close(Current.Kind);
        levels.RemoveAt(levels.Count - 1);
    }
}
