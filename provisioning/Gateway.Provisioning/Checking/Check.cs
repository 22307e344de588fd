using Gateway.Provisioning.Manifest.Sections;

namespace Gateway.Provisioning.Checking;

/// <summary>One line of what monitoring is told: a local check of Checkmk (Checkmk manual, "Local checks"). It names no patient and no user (MON-3).</summary>
/// <param name="Name">The service that monitoring shows, the same at every look.</param>
/// <param name="State">How it is.</param>
/// <param name="Text">What a person reads, one line, and what to do where something is to be done.</param>
/// <param name="Metrics">Its figures.</param>
public sealed record Check(string Name, CheckState State, string Text, params IReadOnlyList<CheckMetric> Metrics)
{
    /// <summary>The state of a figure of which more is worse.</summary>
    public static CheckState Above(double value, Limit limit) => value >= limit.Critical ? CheckState.Critical : value >= limit.Warn ? CheckState.Warning : CheckState.Ok;

    /// <summary>The state of a figure of which less is worse.</summary>
    public static CheckState Below(double value, Limit limit) => value < limit.Critical ? CheckState.Critical : value < limit.Warn ? CheckState.Warning : CheckState.Ok;

    /// <summary>The graver of two states; what is known to be bad is graver than what is not known.</summary>
    public static CheckState Worst(CheckState one, CheckState other) => Gravity(one) >= Gravity(other) ? one : other;

    /// <summary>The line: <c>STATE "NAME" METRICS TEXT</c>.</summary>
    public override string ToString() => $"{(int)State} \"{Name.Replace('"', '\'')}\" {(Metrics.Count == 0 ? "-" : string.Join('|', Metrics))} {Plain(Text)}";

    private static int Gravity(CheckState state) => state switch { CheckState.Critical => 3, CheckState.Warning => 2, CheckState.Unknown => 1, _ => 0 };

    // A bar begins figures, a backslash a new line, a control character the next check.
    private static string Plain(string text) => string.Concat(text.Select(c => c is '|' or '\\' ? '/' : char.IsControl(c) ? ' ' : c));
}
