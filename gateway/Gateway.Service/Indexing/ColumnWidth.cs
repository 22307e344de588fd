namespace Gateway.Service.Indexing;

/// <summary>
/// Makes a value fit its column. A device may write more than the standard allows, and what a column does not take would stop the index
/// for good; the object has the whole value. Both databases get the same.
/// </summary>
internal static class ColumnWidth
{
    /// <summary>The longest key, in characters.</summary>
    public const int KeyLength = 128;

    /// <summary>The longest text, in characters.</summary>
    public const int TextLength = 512;

    /// <summary>A key: ASCII, and not too long.</summary>
    public static string Key(string value) => Cut(value.All(char.IsAscii) ? value : string.Concat(value.Select(c => char.IsAscii(c) ? c : '?')), KeyLength);

    /// <summary>A text that is not too long.</summary>
    public static string Text(string value) => Cut(value, TextLength);

    /// <summary>The beginning of a text, which does not end within a character.</summary>
    /// <param name="value">The text.</param>
    /// <param name="most">How many UTF-16 units at most.</param>
    public static string Cut(string value, int most) =>
        value.Length <= most ? value : value[..(char.IsHighSurrogate(value[most - 1]) ? most - 1 : most)];
}
