using System.Management.Automation;
using System.Text.RegularExpressions;
using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>Defender's three lists as Get-MpPreference returns them, and what an entry means: a variable in it, an extension with or without its dot.</summary>
internal sealed partial class StoredExclusions
{
    private static readonly (ExclusionKind Kind, string List)[] Kinds =
        [(ExclusionKind.Folder, "ExclusionPath"), (ExclusionKind.Process, "ExclusionProcess"), (ExclusionKind.Extension, "ExclusionExtension")];

    private readonly Func<string, string?> variable;

    /// <summary>Reads the lists.</summary>
    /// <param name="preference">What the cmdlet returned.</param>
    /// <param name="variable">The value of a machine's environment variable.</param>
    public StoredExclusions(PSObject preference, Func<string, string?> variable)
    {
        this.variable = variable;
        var lists = Kinds.Select(k => (k.Kind, Values: (preference.Texts(k.List) ?? []).Where(v => v.Length > 0).ToList())).ToList();
        Withheld = IsSentence(lists[0].Values, lists[1].Values, lists[2].Values);
        Entries = Withheld ? [] : [.. lists.SelectMany(list => list.Values.Select(value => new Exclusion(list.Kind, value)))];
    }

    /// <summary>Whether a sentence stands in place of the lists.</summary>
    public bool Withheld { get; }

    /// <summary>The entries as they are stored.</summary>
    public IReadOnlyList<Exclusion> Entries { get; }

    /// <summary>The parameter, and the property, that holds the list of a kind.</summary>
    /// <param name="kind">The kind.</param>
    public static string ListOf(ExclusionKind kind) => Kinds.Single(k => k.Kind == kind).List;

    /// <summary>
    /// What an entry means: variables replaced, which Defender does when it evaluates one, and an extension with its dot: <c>.test</c> and <c>test</c> are the same
    /// ("Configure and validate exclusions based on file extension and folder location", Microsoft Learn).
    /// </summary>
    /// <param name="stored">The entry.</param>
    public Exclusion Meaning(Exclusion stored) => stored.Kind == ExclusionKind.Extension
        ? stored with { Value = stored.Value[0] is '.' or '*' or '?' ? stored.Value : "." + stored.Value }
        : stored with { Value = Variable().Replace(stored.Value, found => variable(found.Groups[1].Value) ?? found.Value) };

    /// <summary>The entries that exclude the same as another, however they are written.</summary>
    /// <param name="exclusion">The other.</param>
    public IReadOnlyList<string> SpellingsOf(Exclusion exclusion)
    {
        var wanted = Comparable(exclusion);
        return [.. Entries.Where(e => e.Kind == exclusion.Kind && Comparable(e).Equals(wanted, StringComparison.OrdinalIgnoreCase)).Select(e => e.Value)];
    }

    private string Comparable(Exclusion exclusion) => Meaning(exclusion).Value.TrimEnd('\\');

    // Published transcripts: "N/A: Must be an administrator to view exclusions", in every list. Nobody excludes one and the same as a folder, a process and an
    // extension: that finds the sentence in another language or wording too.
    private static bool IsSentence(List<string> folders, List<string> processes, List<string> extensions) =>
        folders.Concat(processes).Concat(extensions).Any(v => v.StartsWith("N/A:", StringComparison.OrdinalIgnoreCase))
        || (folders is [var one] && one.Contains(' ', StringComparison.Ordinal) && processes is [var two] && extensions is [var three] && one == two && two == three);

    [GeneratedRegex(@"%([^%\\]+)%")]
    private static partial Regex Variable();
}
