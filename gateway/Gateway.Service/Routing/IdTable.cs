using System.Text;
using System.Text.Unicode;

namespace Gateway.Service.Routing;

/// <summary>
/// A table of ids, UTF-8: the first line is "from,to" or "from;to", each line after it an id and the one that takes its place, in the separator of the first. A table with a line
/// that is wrong is no table: half of one would let ids pass unmapped.
/// </summary>
/// <param name="Ids">The new id of each old one.</param>
internal sealed record IdTable(IReadOnlyDictionary<string, string> Ids)
{
    /// <summary>Reads a table.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="longest">How many characters an id may have.</param>
    /// <returns>The table, null where something is wrong with it; and what is, each with its line. No word of it is an id.</returns>
    public static (IdTable? Table, IReadOnlyList<IdTableProblem> Problems) Parse(byte[] bytes, int longest)
    {
        var text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes;
        if (!Utf8.IsValid(text))
            return (null, [new IdTableProblem(0, "the file is not UTF-8")]);
        var lines = Encoding.UTF8.GetString(text).Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        if (lines[0] is not ("from,to" or "from;to"))
            return (null, [new IdTableProblem(1, "the first line is neither from,to nor from;to")]);
        var separator = lines[0]["from".Length];
        var (ids, problems) = (new Dictionary<string, string>(), new List<IdTableProblem>());
        foreach (var (index, line) in lines.Index().Skip(1).Where(line => line.Item.Length > 0))
        {
            var fields = line.Split(separator).Select(field => field.Trim(' ')).ToArray();
            if (Violation(fields, longest) is { } violation)
                problems.Add(new IdTableProblem(index + 1, violation));
            else if (!ids.TryAdd(fields[0], fields[1]))
                problems.Add(new IdTableProblem(index + 1, "the id stands in an earlier line already"));
        }

        return problems.Count == 0 ? (new IdTable(ids), problems) : (null, problems);
    }

    private static string? Violation(string[] fields, int longest) =>
        fields.Length != 2 ? $"{fields.Length} fields where two are needed"
        : fields.Any(field => field.Length == 0) ? "an id is empty"
        : fields.Any(field => field.Any(c => c is '\\' or '"' || char.IsControl(c))) ? "an id has a backslash, a quotation mark or a control character"
        : fields[1].EnumerateRunes().Count() > longest ? $"the new id is longer than {longest} characters"
        : null;
}

/// <summary>What is wrong with a table.</summary>
/// <param name="Line">In which line, from 1; 0 for the file as a whole.</param>
/// <param name="Reason">What, without an id.</param>
internal sealed record IdTableProblem(int Line, string Reason)
{
    /// <summary>The problem with its place.</summary>
    public override string ToString() => Line == 0 ? Reason : $"line {Line}: {Reason}";
}
