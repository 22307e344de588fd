using System.Globalization;
using Gateway.Provisioning.Checking;
using Gwctl.Logs;
using Serilog.Events;

namespace Gwctl.Doctoring;

/// <summary>What the gateway's log says again and again: lines of the same words about the same subject.</summary>
/// <param name="Last">The last of them.</param>
/// <param name="Count">How many there are.</param>
internal sealed record Complaint(LogLine Last, int Count)
{
    private static readonly string[] Distinguishing = ["Code", "Subject"];

    /// <summary>The complaints among lines, the newest first.</summary>
    /// <param name="lines">The lines, the oldest first.</param>
    public static IReadOnlyList<Complaint> Of(IEnumerable<LogLine> lines) =>
    [
        .. lines.Where(line => line.Level >= LogEventLevel.Warning).GroupBy(line => string.Join('\n', Distinguishing.Select(name => line.Values.TryGetValue(name, out var value) ? value.ToString() : "").Prepend(line.Template)))
            .Select(group => new Complaint(group.Last(), group.Count())).OrderByDescending(complaint => complaint.Last.At),
    ];

    /// <summary>What it is for whoever stands before the machine, and for those who do not.</summary>
    /// <param name="words">What may leave the site.</param>
    public Finding ToFinding(OwnWords words) => new(
        Last.Level == LogEventLevel.Warning ? CheckState.Warning : CheckState.Critical, "log", Said(Last.Text(value => value.ToString())), "'gwctl logs --level warning' shows each with its time.", Said(words.Of(Last)));

    private string Said(string text) => string.Create(CultureInfo.InvariantCulture, $"{Count} times, last at {Last.At:yyyy-MM-dd HH:mm} UTC: {text}");
}
