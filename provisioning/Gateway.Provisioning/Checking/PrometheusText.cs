using System.Globalization;
using System.Text;

namespace Gateway.Provisioning.Checking;

/// <summary>Checks in the text form that Prometheus reads (version 0.0.4), for a collector of text files.</summary>
public static class PrometheusText
{
    /// <summary>The state of each check, and each of its figures.</summary>
    /// <param name="checks">The checks.</param>
    public static string Of(IReadOnlyList<Check> checks)
    {
        var text = new StringBuilder();
        Head(text, "gateway_check_state", "0 well, 1 somebody should look, 2 somebody must look now, 3 it could not be looked at.");
        foreach (var check in checks)
            text.Append(CultureInfo.InvariantCulture, $"gateway_check_state{{check=\"{Escaped(check.Name)}\"}} {(int)check.State}\n");
        Head(text, "gateway_check_figure", "A figure of a check, in the unit that its name says.");
        foreach (var (check, figure) in checks.SelectMany(check => check.Metrics.Select(figure => (check, figure))))
            text.Append(CultureInfo.InvariantCulture, $"gateway_check_figure{{check=\"{Escaped(check.Name)}\",figure=\"{figure.Name}\"}} {figure.Value}\n");
        return text.ToString();
    }

    private static void Head(StringBuilder text, string name, string help) => text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} gauge\n");

    private static string Escaped(string label) => label.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
