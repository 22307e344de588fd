using System.Globalization;

namespace Gateway.Service.Health;

/// <summary>Files of which each bears the day that it was begun on: logs.</summary>
internal static class DatedFiles
{
    private const string Format = "yyyyMMdd";

    /// <summary>The oldest day, and when the newest file was written; null where there is none, or the folder cannot be read.</summary>
    /// <param name="folder">Their folder.</param>
    /// <param name="prefix">What stands before the day.</param>
    public static (DateOnly? Oldest, DateTimeOffset? Written) Of(string folder, string prefix)
    {
        try
        {
            var files = new DirectoryInfo(folder).GetFiles($"{prefix}*");
            return (files.Select(file => DayOf(file.Name[prefix.Length..])).Min(), files.Select(file => (DateTimeOffset?)file.LastWriteTimeUtc).Max());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, null);
        }
    }

    private static DateOnly? DayOf(string rest) =>
        rest.Length >= Format.Length && DateOnly.TryParseExact(rest[..Format.Length], Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
