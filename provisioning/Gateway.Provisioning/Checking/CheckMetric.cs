using System.Globalization;
using Gateway.Provisioning.Manifest.Sections;

namespace Gateway.Provisioning.Checking;

/// <summary>A figure of a check, for the graphs of monitoring.</summary>
/// <param name="Name">Its name: letters, digits and underscores.</param>
/// <param name="Value">The figure, in the unit that its name says.</param>
/// <param name="Limit">Where more of it is worse, its limits; null where less is, which the format has no way to say without an upper limit.</param>
public sealed record CheckMetric(string Name, double Value, Limit? Limit = null)
{
    /// <summary>The form that Checkmk reads: <c>name=value[;warn;critical]</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Name}={Math.Round(Value, 2):0.##}{(Limit is null ? "" : $";{Limit.Warn};{Limit.Critical}")}");
}
