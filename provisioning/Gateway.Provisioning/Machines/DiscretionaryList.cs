using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.Provisioning.Machines;

/// <summary>
/// The discretionary access list of a descriptor as SDDL, read and changed entry by entry, so that everything of a stranger's in it stays ("Security Descriptor String Format",
/// "ACE Strings", Microsoft Learn).
/// </summary>
public static partial class DiscretionaryList
{
    // FILE_GENERIC_READ: a software key is a file, and whoever may read it may use it ("Key Storage and Retrieval", "File Security and Access Rights", Microsoft Learn).
    private const string ToRead = "FR";
    private const uint ReadData = 0x1;
    private const uint GenericRead = 0x80000000;
    private const uint GenericAll = 0x10000000;

    // Rights that hold FILE_READ_DATA or a generic right that stands for it; of the others none lets anybody read.
    private static readonly Dictionary<string, uint> Reading = new(StringComparer.Ordinal)
    {
        ["GA"] = GenericAll, ["GR"] = GenericRead, ["FA"] = 0x1F01FF, ["FR"] = 0x120089, ["CC"] = ReadData,
    };

    /// <summary>Whether an entry of its own lets an account read, and none denies it that.</summary>
    /// <param name="sddl">A descriptor.</param>
    /// <param name="sid">The account.</param>
    public static bool LetsRead(string sddl, string sid) => Speaks(sddl, "A", sid) && !Denies(sddl, sid);

    /// <summary>Whether an entry of its own denies an account to read.</summary>
    /// <param name="sddl">A descriptor.</param>
    /// <param name="sid">The account.</param>
    public static bool Denies(string sddl, string sid) => Speaks(sddl, "D", sid);

    /// <summary>The descriptor with an entry that lets an account read, before those that are inherited. Entries that deny the account stay: somebody decided so.</summary>
    /// <param name="sddl">A descriptor.</param>
    /// <param name="sid">The account.</param>
    public static string WithReader(string sddl, string sid)
    {
        if (Speaks(sddl, "A", sid))
            return sddl;
        var place = Entry().Matches(sddl).FirstOrDefault(m => IsInherited(m.Groups["flags"].Value))?.Index ?? EndOf(sddl);
        return sddl.Insert(place, $"(A;;{ToRead};;;{sid})");
    }

    /// <summary>The descriptor without the entries that let an account do something; those that deny it stay.</summary>
    /// <param name="sddl">A descriptor.</param>
    /// <param name="sid">The account.</param>
    public static string Without(string sddl, string sid) =>
        Entry().Replace(sddl, match => match.Groups["type"].Value == "A" && match.Groups["sid"].Value == sid ? "" : match.Value);

    // INHERIT_ONLY_ACE is for what lies below, not for the thing itself.
    private static bool Speaks(string sddl, string type, string sid) => Entry().Matches(sddl).Any(entry =>
        entry.Groups["type"].Value == type && entry.Groups["sid"].Value == sid && !Pairs(entry.Groups["flags"].Value).Contains("IO")
        && (MaskOf(entry.Groups["rights"].Value) & (ReadData | GenericRead | GenericAll)) != 0);

    private static uint MaskOf(string rights) =>
        rights.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && uint.TryParse(rights.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var mask)
            ? mask
            : Pairs(rights).Aggregate(0u, (all, right) => all | Reading.GetValueOrDefault(right));

    private static IEnumerable<string> Pairs(string text) => text.Chunk(2).Select(pair => new string(pair));

    private static bool IsInherited(string flags) => Pairs(flags).Contains("ID");

    // Audit entries (S:) come behind the list.
    private static int EndOf(string sddl) =>
        sddl.IndexOf("S:", Math.Max(0, sddl.IndexOf("D:", StringComparison.Ordinal)), StringComparison.Ordinal) is >= 0 and var audit ? audit : sddl.Length;

    [GeneratedRegex(@"\((?<type>[^;()]*);(?<flags>[^;()]*);(?<rights>[^;()]*);[^;()]*;[^;()]*;(?<sid>[^;()]*)\)")]
    private static partial Regex Entry();
}
