using System.Buffers.Text;
using System.Text;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.Dictionary;

/// <summary>
/// Looks elements up in the data dictionary (PS3.6): a binary search in a table of lines, which allocates nothing before an entry is
/// found. Of private elements it knows what PS3.5 section 7.8 says of them: their creators.
/// </summary>
public static class DataDictionary
{
    private const int TagLength = 8;

    /// <summary>What is known of an element; null where nothing is.</summary>
    /// <param name="tag">The tag.</param>
    public static DictionaryEntry? Find(Tag tag)
    {
        var line = LineOf(tag);
        if (!line.IsEmpty)
            return Entry(tag, line);
        if (tag.Element == 0)
            return new DictionaryEntry(tag, "GenericGroupLength", [ValueRepresentation.UnsignedLong], "1", IsRetired: true);
        return tag.IsPrivateCreator
            ? new DictionaryEntry(tag, "PrivateCreator", [ValueRepresentation.LongString], "1", IsRetired: false)
            : null;
    }

    /// <summary>The element with a keyword; null where there is none, or where many tags share it.</summary>
    /// <param name="keyword">The keyword, such as <c>PatientName</c>.</param>
    public static Tag? Find(string keyword)
    {
        var table = DictionaryTable.Elements;
        var wanted = Encoding.UTF8.GetBytes($" {keyword}");
        for (var start = 0; table[start..].IndexOf(wanted) is var found and >= 0; start += found + 1)
        {
            var end = start + found + wanted.Length;
            if (table[end] is (byte)'\n' || table[end..].StartsWith(" retired\n"u8))
                return ParseTag(table[(table[..end].LastIndexOf((byte)'\n') + 1)..]);
        }

        return null;
    }

    /// <summary>
    /// The VR of an element where the dictionary allows one, the first where it allows several (US before SS and OW, OB before OW), and
    /// Unknown where it knows nothing.
    /// </summary>
    /// <param name="tag">The tag.</param>
    public static ValueRepresentation RepresentationOf(Tag tag)
    {
        if (tag.Element == 0)
            return ValueRepresentation.UnsignedLong;
        var line = LineOf(tag);
        if (line.IsEmpty)
            return tag.IsPrivateCreator ? ValueRepresentation.LongString : ValueRepresentation.Unknown;
        return Representation(line[(TagLength + 1)..]);
    }

    private static DictionaryEntry Entry(Tag tag, ReadOnlySpan<byte> line)
    {
        var parts = Encoding.UTF8.GetString(line).Split(' ');
        var representations = parts[1] == "--" ? [] : parts[1].Split('/').Select(ValueRepresentation.Of).ToArray();
        return new DictionaryEntry(tag, parts[3], representations, parts[2], parts.Length > 4);
    }

    private static ValueRepresentation Representation(ReadOnlySpan<byte> text) =>
        text[0] == '-' ? ValueRepresentation.None : new ValueRepresentation((ushort)((text[0] << 8) | text[1]));

    /// <summary>The line of a tag without its end; empty where there is none.</summary>
    private static ReadOnlySpan<byte> LineOf(Tag tag)
    {
        var table = DictionaryTable.Elements;
        var (low, high) = (0, table.Length);
        while (low < high)
        {
            var start = table[..((low + high) / 2)].LastIndexOf((byte)'\n') + 1;
            var line = table[start..(start + table[start..].IndexOf((byte)'\n'))];
            var order = tag.CompareTo(ParseTag(line));
            if (order == 0)
                return line;
            if (order < 0)
                high = start;
            else
                low = start + line.Length + 1;
        }

        return RepeatingLineOf(tag);
    }

    private static ReadOnlySpan<byte> RepeatingLineOf(Tag tag)
    {
        var isRepeating = tag.Group is >= 0x5000 and <= 0x50FF or >= 0x6000 and <= 0x60FF or >= 0x7F00 and <= 0x7FFF or 0x0020;
        if (!isRepeating || tag.Group % 2 != 0)
            return [];
        foreach (var range in DictionaryTable.Repeating.Split((byte)'\n'))
        {
            var line = DictionaryTable.Repeating[range];
            if (line.Length > TagLength && Stands(line, tag))
                return line;
        }

        return [];
    }

    /// <summary>Whether the tag of a line, in which x is any digit, stands for a tag.</summary>
    private static bool Stands(ReadOnlySpan<byte> line, Tag tag)
    {
        Span<byte> digits = stackalloc byte[TagLength];
        _ = Utf8Formatter.TryFormat(tag.Number, digits, out _, new System.Buffers.StandardFormat('X', TagLength));
        for (var index = 0; index < TagLength; index++)
        {
            if (line[index] != 'x' && line[index] != digits[index])
                return false;
        }

        return true;
    }

    private static Tag ParseTag(ReadOnlySpan<byte> line)
    {
        _ = Utf8Parser.TryParse(line[..TagLength], out uint number, out _, 'X');
        return new Tag((ushort)(number >> 16), (ushort)number);
    }
}
