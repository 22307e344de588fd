using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Verdicts;

namespace Gateway.Provisioning.Checking;

/// <summary>The checks of the machine: what the newest compliance report found, and how old the backup is. Nothing is looked at anew, which takes seconds and rights; the report is made every night.</summary>
/// <param name="site">What is watched.</param>
/// <param name="now">The time, UTC.</param>
public sealed partial class MachineChecks(WatchedSite site, DateTimeOffset now)
{
    private static readonly TimeSpan ClockSlack = TimeSpan.FromHours(1);

    private readonly Thresholds limits = site.Limits;

    /// <summary>Each of them.</summary>
    /// <param name="reports">The folder of the reports.</param>
    /// <param name="backups">The folder of the backups.</param>
    public IReadOnlyList<Check> Of(string reports, string backups) => [.. OfReport(reports), OfBackup(backups)];

    /// <summary>How old the newest backup is, and what its restore for a try showed.</summary>
    /// <param name="folder">The folder of the backups.</param>
    public Check OfBackup(string folder)
    {
        const string name = "DICOM-Mail backup";
        try
        {
            var all = (Directory.Exists(folder) ? Directory.EnumerateDirectories(folder) : []).Select(path => (Path: path, At: Machines.BackupsInFolder.TakenAt(Path.GetFileName(path)))).Where(one => one.At is not null).ToList();
            var newest = all.Where(one => one.At <= now + ClockSlack).OrderBy(one => one.At).LastOrDefault();
            if (newest.At is null && all.Count > 0)
                return new(name, CheckState.Warning, "Every backup is of a time to come: how old the last one is cannot be said. See to the clock, then take one: 'gwctl backup'.");
            if (newest.At is not { } at)
            {
                var without = Directory.Exists(folder) ? Math.Max(0, (now - Directory.GetCreationTimeUtc(folder)).TotalHours) : 0;
                return new(name, Check.Worst(Check.Above(without, limits.BackupHours), CheckState.Warning), $"There is no backup; one is taken every night at {site.BackupAt}.", new CheckMetric("age_hours", without, limits.BackupHours));
            }

            using var contents = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(newest.Path, "backup.json")));
            var (proof, isSealed) = (contents.RootElement.GetProperty("restoreTest"), contents.RootElement.GetProperty("sealedTo").ValueKind == JsonValueKind.String);
            var hours = Math.Max(0, (now - at).TotalHours);
            var hasGaps = proof.TryGetProperty("hasGaps", out var gaps) && gaps.ValueKind == JsonValueKind.True;
            return new(
                name, Check.Worst(Check.Above(hours, limits.BackupHours), isSealed && !hasGaps ? CheckState.Ok : CheckState.Warning),
                $"The newest is of {at:yyyy-MM-dd HH:mm} UTC and was restored for a try, {proof.GetProperty("instances")} images in its index{(hasGaps ? ", and its ledger lacks lines, as the gateway's does (GW8007)" : "")}; {(isSealed ? "sealed" : "not sealed: backup.recoveryKey names no key")}.",
                new CheckMetric("age_hours", hours, limits.BackupHours), new CheckMetric("instances", proof.GetProperty("instances").GetInt64()));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new(name, CheckState.Unknown, "The newest backup cannot be read.");
        }
    }

    private static readonly (string Name, string Control)[] Single = [(CheckmkAgent.UpdatesCheck, "OS-2"), ("DICOM-Mail clock", "X-TIME"), ("DICOM-Mail TLS interception", "NET-4")];

    private IEnumerable<Check> OfReport(string folder)
    {
        string[] names = ["DICOM-Mail report", "DICOM-Mail requirements", "DICOM-Mail drift", .. Single.Select(one => one.Name)];
        try
        {
            var newest = Machines.ReportsInFolder.Newest(folder, ".json", now);
            if (newest is null)
                return names.Select(name => new Check(name, CheckState.Unknown, "There is no compliance report yet: 'gwctl report' makes one."));
            var bytes = File.ReadAllBytes(newest);
            using var report = JsonDocument.Parse(bytes);
            var rows = report.RootElement.GetProperty("rows");
            return [Report(report.RootElement.GetProperty("createdAt").GetDateTimeOffset(), Sha256Digest.Of(bytes)), Requirements(rows), Drift(report.RootElement.GetProperty("differs").GetArrayLength()), .. Single.Select(one => OfControl(one.Name, one.Control, rows))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return names.Select(name => new Check(name, CheckState.Unknown, "The newest compliance report cannot be read: 'gwctl report' makes another."));
        }
    }

    private Check Report(DateTimeOffset at, Sha256Digest digest)
    {
        var hours = Math.Max(0, (now - at).TotalHours);
        return new("DICOM-Mail report", Check.Above(hours, limits.ReportHours), $"The newest is of {at:yyyy-MM-dd HH:mm} UTC, SHA-256 {digest}.", new CheckMetric("age_hours", hours, limits.ReportHours));
    }

    private static Check Requirements(JsonElement rows)
    {
        var byVerdict = rows.EnumerateArray().Select(row => (Control: row.GetProperty("control").GetString()!, Verdict: row.GetProperty("verdict").GetString()!)).ToLookup(row => row.Verdict, row => row.Control);
        var (broken, warned, unknown) = (Of(Verdict.NotMet).ToList(), Of(Verdict.Deviation).ToList(), Of(Verdict.NotAssessed).Concat(Of(Verdict.Error)).ToList());
        var state = broken.Count > 0 ? CheckState.Critical : warned.Count > 0 || Of(Verdict.Error).Any() ? CheckState.Warning : CheckState.Ok;
        return new(
            "DICOM-Mail requirements", state, $"{rows.GetArrayLength()} controls{Told("not met", broken)}{Told("deviations", warned)}{Told("not assessed", unknown)}.",
            new CheckMetric("not_met", broken.Count), new CheckMetric("deviations", warned.Count), new CheckMetric("not_assessed", unknown.Count));

        IEnumerable<string> Of(Verdict verdict) => byVerdict[Word(verdict)];
    }

    private static Check Drift(int differing) => new(
        "DICOM-Mail drift", differing == 0 ? CheckState.Ok : CheckState.Warning, differing == 0 ? "The machine is as the manifest says." : $"{differing} resources are not as the manifest says. 'gwctl plan' names them, 'gwctl apply' mends them.",
        new CheckMetric("resources", differing));

    private static Check OfControl(string name, string control, JsonElement rows)
    {
        var row = rows.EnumerateArray().FirstOrDefault(row => row.GetProperty("control").GetString() == control);
        if (row.ValueKind == JsonValueKind.Undefined)
            return new(name, CheckState.Unknown, $"The report says nothing about {control}.");
        var verdict = row.GetProperty("verdict").GetString()!;
        var state = verdict == Word(Verdict.NotMet) ? CheckState.Critical : verdict == Word(Verdict.Deviation) ? CheckState.Warning
            : verdict == Word(Verdict.NotAssessed) || verdict == Word(Verdict.Error) ? CheckState.Unknown : CheckState.Ok;
        var seen = string.Join("; ", row.GetProperty("evidence").EnumerateArray().Select(one => one.GetProperty("observed").GetProperty("english").GetString()).Distinct());
        var figures = Figures().Matches(seen).ToList();
        return new(
            name, state, $"{control}: {verdict}{string.Concat(figures.Select(figure => $"; {figure.Value}"))}{(state == CheckState.Ok ? "" : ". The compliance report says what was found.")}",
            [.. from figure in figures from part in figure.Groups.Values.Skip(1) where part.Success select new CheckMetric(part.Name, double.Parse(part.Value, CultureInfo.InvariantCulture))]);
    }

    // Of what was found the figures alone: the rest may quote Windows or a server, and so name somebody.
    [GeneratedRegex(@"newest update \d{4}-\d\d-\d\d \((?<age_days>\d+) days\), (?<waiting>\d+) waiting|(no )?restart pending|(?<offset_ms>-?\d+) ms|TLS on (?<seen>\d+) of (?<ports>\d+) ports", RegexOptions.ExplicitCapture)]
    private static partial Regex Figures();

    private static string Told(string what, IReadOnlyCollection<string> controls) =>
        controls.Count == 0 ? string.Create(CultureInfo.InvariantCulture, $", 0 {what}") : $", {controls.Count} {what} ({string.Join(", ", controls)})";

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
