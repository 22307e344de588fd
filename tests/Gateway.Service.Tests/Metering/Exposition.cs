using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Gateway.Service.Tests.Metering;

/// <summary>Reads the text format of Prometheus by its rules (version 0.0.4), and finds fault with what breaks them.</summary>
internal sealed partial class Exposition
{
    private readonly Dictionary<string, double> samples = [];

    private Exposition()
    {
    }

    /// <summary>The value of a series, as it is written.</summary>
    public double this[string series] => samples[series];

    public static Exposition Parse(string text)
    {
        var read = new Exposition();
        var types = new Dictionary<string, string>();
        var current = "";
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        foreach (var line in text[..^1].Split('\n'))
        {
            if (Comment().Match(line) is { Success: true } comment)
            {
                current = comment.Groups["name"].Value;
                if (comment.Groups["kind"].Value == "TYPE")
                    Assert.True(types.TryAdd(current, comment.Groups["rest"].Value), $"{current} has a type twice");
                continue;
            }

            var sample = Sample().Match(line);
            Assert.True(sample.Success, $"no sample: {line}");
            var name = sample.Groups["name"].Value;
            var family = types[current] == "histogram" ? Suffix().Replace(name, "") : name;
            Assert.Equal(current, family); // the samples of a name stand together, behind their type
            var value = double.Parse(sample.Groups["value"].Value.Replace("+Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture);
            Assert.True(types[current] == "gauge" || value >= 0, line);
            Assert.True(read.samples.TryAdd(name + sample.Groups["labels"].Value, value), $"twice: {line}");
        }

        foreach (var histogram in types.Where(type => type.Value == "histogram" && read.samples.ContainsKey($"{type.Key}_count")).Select(type => type.Key))
        {
            var buckets = read.samples.Where(one => one.Key.StartsWith($"{histogram}_bucket", StringComparison.Ordinal)).Select(one => one.Value).ToList();
            Assert.Equal(buckets.Order(), buckets);
            Assert.Equal(read[$"{histogram}_count"], read[histogram + "_bucket{le=\"+Inf\"}"]);
        }

        return read;
    }

    [GeneratedRegex(@"^# (?<kind>HELP|TYPE) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<rest>.*)$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{[a-zA-Z_][a-zA-Z0-9_]*=""([^""\\\n]|\\[\\""n])*""(,[a-zA-Z_][a-zA-Z0-9_]*=""([^""\\\n]|\\[\\""n])*"")*\})? (?<value>[0-9.eE+-]+|NaN|\+Inf|-Inf)$")]
    private static partial Regex Sample();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
