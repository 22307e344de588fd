using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Gateway.Service.Alarming;
using Xunit;

namespace Gateway.Service.Tests.Alarming;

/// <summary>The numbers by which monitoring knows events: those of the codes, each told to readers.</summary>
public partial class WindowsEventsTests
{
    [Fact]
    public void Every_alarm_has_an_event_of_its_number_and_a_row_in_the_table()
    {
        var kinds = typeof(AlarmKind).GetProperties(BindingFlags.Public | BindingFlags.Static).Select(property => (AlarmKind)property.GetValue(null)!).ToList();
        Assert.All(kinds, kind => Assert.Equal(kind.Code, $"GW{WindowsEvents.IdOf(kind.Code)}"));
        Assert.All(kinds, kind => Assert.InRange(WindowsEvents.IdOf(kind.Code), 8001, 8024)); // as provisioning/monitoring.md says
        var rows = Row().Matches(Readme()).Select(row => row.Groups[1].Value);
        Assert.Equal(kinds.Select(kind => kind.Code).Distinct().Order(), rows.Order());
    }

    private static string Readme([CallerFilePath] string here = "") => File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "gateway", "README.md"));

    [GeneratedRegex(@"^\| (GW80\d\d) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
