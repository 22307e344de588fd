using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.Provisioning.Tests.Checking;

/// <summary>Reads a line as the monitoring server reads a local check: written from the description of the format alone. A line that it does not understand is shown as UNKNOWN there.</summary>
internal static partial class LocalCheckFormat
{
    /// <summary>What is wrong with a line; null where nothing is.</summary>
    public static string? WhatIsWrong(string line)
    {
        if (Line().Match(line) is not { Success: true } match)
            return "it is not STATE NAME METRICS TEXT";
        var figures = match.Groups["figures"].Value;
        if (figures == "-")
            return null;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var figure in figures.Split('|'))
        {
            if (Figure().Match(figure) is not { Success: true } parts)
                return $"'{figure}' is no figure";
            if (!names.Add(parts.Groups["name"].Value))
                return $"the figure '{parts.Groups["name"].Value}' is there twice";
            foreach (var number in parts.Groups["number"].Captures.Select(one => one.Value))
            {
                if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
                    return $"'{number}' is no number";
            }
        }

        return null;
    }

    // [cached(t,i) ]STATE NAME PERF[ TEXT]; STATE 0|1|2|3|P; NAME bare or in quotes; PERF - or n=v;[wl:]wu;[cl:]cu;min;max joined by |.
    [GeneratedRegex("""^(cached\(\d+,\d+\) )?(?<state>[0123P]) (?<name>"[^"]+"|[^" ]+) (?<figures>-|[^ ]+)( (?<text>[^\r\n]*))?$""")]
    private static partial Regex Line();

    [GeneratedRegex("""^(?<name>[A-Za-z_][A-Za-z0-9_.]*)=(?<number>-?[0-9.]+)(;((?<number>-?[0-9.]+):)?(?<number>-?[0-9.]+)?){0,2}(;(?<number>-?[0-9.]+)?){0,2}$""")]
    private static partial Regex Figure();
}
