using System.Globalization;

namespace Gateway.Provisioning.Machines;

/// <summary>The compliance reports of a machine, by their names, which say when each was written.</summary>
public static class ReportsInFolder
{
    private const string Beginning = "compliance-";
    private const string NameFormat = "yyyyMMdd'T'HHmmssfff'Z'";
    private static readonly TimeSpan ClockSlack = TimeSpan.FromHours(1);

    /// <summary>The name of a report without its ending.</summary>
    /// <param name="at">When it was written (UTC).</param>
    public static string NameOf(DateTimeOffset at) => Beginning + at.ToString(NameFormat, CultureInfo.InvariantCulture);

    /// <summary>The newest: none of a time to come, which a clock that was ahead has left, and which would otherwise stay the newest until then.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="ending">Which of its two files: <c>.json</c> or <c>.html</c>.</param>
    /// <param name="now">The time.</param>
    /// <returns>Its path, or null where there is none.</returns>
    public static string? Newest(string folder, string ending, DateTimeOffset now) =>
        (Directory.Exists(folder) ? Directory.EnumerateFiles(folder, $"{Beginning}*{ending}") : []).Where(path => WrittenAt(path) is { } at && at <= now + ClockSlack).Max(StringComparer.Ordinal);

    private static DateTimeOffset? WrittenAt(string path) =>
        DateTimeOffset.TryParseExact(Path.GetFileNameWithoutExtension(path)[Beginning.Length..], NameFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
