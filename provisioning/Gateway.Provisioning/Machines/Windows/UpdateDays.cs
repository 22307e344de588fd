using System.Globalization;
using System.Management.Automation;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// The days on which updates were installed, by Win32_QuickFixEngineering.InstalledOn: a text. PowerShell's own type file (types.ps1xml) reads it month first,
/// and from a client that cannot rebuild the CIM instance it comes as the date that this file made of it. "Win32_QuickFixEngineering class" (Microsoft Learn) also
/// has the older forms, a FILETIME as 16 hexadecimal digits and yyyyMMdd. Where an entry shows that a system writes the day first, all of its entries are read so:
/// a day that is guessed wrong would say that a system is up to date. What is no date of the past is none.
/// </summary>
internal static class UpdateDays
{
    private const string MonthFirst = "M/d/yyyy";
    private static readonly string[] DayFirst = ["d/M/yyyy", "d.M.yyyy"];

    /// <summary>The newest day, or null when none is known.</summary>
    /// <param name="updates">Instances of Win32_QuickFixEngineering.</param>
    /// <param name="today">No update was installed after it.</param>
    public static DateOnly? Newest(IReadOnlyList<PSObject> updates, DateOnly today)
    {
        var values = updates.Select(update => update.Plain("InstalledOn")).ToList();
        var texts = values.OfType<string>().Select(text => text.Trim().Split(' ')[0]).Where(text => text.Length > 0).ToList();
        var dayFirst = texts.Exists(text => text.Contains('/', StringComparison.Ordinal) && !TryExact(text, [MonthFirst], out _));
        return values.OfType<DateTime>().Select(DateOnly.FromDateTime)
            .Concat(texts.Select(text => Read(text, dayFirst)).OfType<DateOnly>())
            .Where(day => day <= today).Select(day => (DateOnly?)day).Max();
    }

    private static DateOnly? Read(string text, bool dayFirst)
    {
        if (TryExact(text, dayFirst ? DayFirst : [MonthFirst, "d.M.yyyy"], out var day) || TryExact(text, ["yyyyMMdd"], out day))
            return day;
        return text.Length == 16 && long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var time) && time is > 0 and < 0x0400_0000_0000_0000
            ? DateOnly.FromDateTime(DateTime.FromFileTimeUtc(time))
            : null;
    }

    private static bool TryExact(string text, string[] forms, out DateOnly day) => DateOnly.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
