using System.Text;
using System.Text.Json;
using Gateway.Provisioning.Diagnosis;

namespace Gateway.Provisioning.Manifest.Reading;

/// <summary>Where each value of a JSON text stands, by JSON pointer (RFC 6901), so that a diagnostic can say line and column.</summary>
public sealed class SourceMap
{
    private readonly string file;
    private readonly Dictionary<string, (int Line, int Column)> places = [];

    private SourceMap(string file) => this.file = file;

    /// <summary>Members that stand twice in one object; JSON readers would keep the last one in silence.</summary>
    public List<Place> Duplicates { get; } = [];

    /// <summary>Reads the places of every value.</summary>
    /// <param name="file">The file as the user named it.</param>
    /// <param name="utf8">Its bytes.</param>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static SourceMap Of(string file, ReadOnlySpan<byte> utf8)
    {
        var map = new SourceMap(file);
        var lineStarts = new List<int> { 0 };
        for (var i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] == '\n')
                lineStarts.Add(i + 1);
        }

        (int, int) Locate(long offset)
        {
            var index = lineStarts.BinarySearch((int)offset);
            var line = index >= 0 ? index : ~index - 1;
            return (line + 1, (int)offset - lineStarts[line] + 1);
        }

        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var open = new Stack<(string Pointer, int Index)>(); // Index: next element of an array, -1 in an object
        var pointer = "";
        (int, int)? member = null;
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                open.Pop();
                continue;
            }

            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                pointer = $"{open.Peek().Pointer}/{Escape(reader.GetString()!)}";
                member = Locate(reader.TokenStartIndex);
                if (map.places.ContainsKey(pointer))
                    map.Duplicates.Add(new Place(file, pointer, member.Value.Item1, member.Value.Item2));
                continue;
            }

            if (member is null && open.TryPop(out var array))
            {
                pointer = $"{array.Pointer}/{array.Index}";
                open.Push((array.Pointer, array.Index + 1));
            }

            map.places[pointer] = member ?? Locate(reader.TokenStartIndex);
            member = null;
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                open.Push((pointer, reader.TokenType == JsonTokenType.StartArray ? 0 : -1));
        }

        return map;
    }

    /// <summary>Whether the text holds the value.</summary>
    /// <param name="pointer">JSON pointer.</param>
    public bool Has(string pointer) => places.ContainsKey(pointer);

    /// <summary>The place of a value, or of the nearest one around it that the text holds.</summary>
    /// <param name="pointer">JSON pointer.</param>
    public Place PlaceOf(string pointer)
    {
        for (var p = pointer; ; p = p[..p.LastIndexOf('/')])
        {
            if (places.TryGetValue(p, out var at))
                return new Place(file, pointer, at.Line, at.Column);
            if (p.Length == 0)
                return new Place(file, pointer, 1, 1);
        }
    }

    /// <summary>One reference token of a pointer, escaped.</summary>
    /// <param name="member">A member's name.</param>
    public static string Escape(string member) =>
        new StringBuilder(member).Replace("~", "~0").Replace("/", "~1").ToString();
}
