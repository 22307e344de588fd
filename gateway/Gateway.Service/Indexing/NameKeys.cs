namespace Gateway.Service.Indexing;

/// <summary>How a patient's name is looked up: each of its component groups (PS3.5 section 6.2.1: alphabetic=ideographic=phonetic) in capitals; empty where there is none.</summary>
/// <param name="Alphabetic">The first group.</param>
/// <param name="Ideographic">The second: in the characters of the patient's own script.</param>
/// <param name="Phonetic">The third: how it is spoken.</param>
internal sealed record NameKeys(string Alphabetic, string Ideographic, string Phonetic)
{
    private const int Length = 256;

    /// <summary>The columns that hold them.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["name_alphabetic", "name_ideographic", "name_phonetic"];

    /// <summary>Those of a name.</summary>
    public static NameKeys Of(string name)
    {
        var groups = name.Split('=');
        return new NameKeys(Key(groups, 0), Key(groups, 1), Key(groups, 2));
    }

    private static string Key(string[] groups, int index) => index < groups.Length ? ColumnWidth.Cut(groups[index].Trim().ToUpperInvariant(), Length) : "";
}
