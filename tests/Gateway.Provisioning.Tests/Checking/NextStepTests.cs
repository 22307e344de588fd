using System.Text.RegularExpressions;
using Gateway.Provisioning.Checking;
using Xunit;

namespace Gateway.Provisioning.Tests.Checking;

/// <summary>Whoever is told of a check that is not well is told what to do, and by commands that there are.</summary>
public partial class NextStepTests
{
    // Told from the report's rows, which doctor looks at anew.
    private static readonly string[] OfRows = ["requirements", "drift", "updates", "clock", "TLS interception"];

    [Fact]
    public void Every_check_of_the_page_has_its_step()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "provisioning", "monitoring.md"));
        var names = Row().Matches(page).SelectMany(row => Name().Matches(row.Groups[1].Value)).Select(name => name.Groups[1].Value.Replace("DICOM-Mail ", "", StringComparison.Ordinal).Replace("… ", "", StringComparison.Ordinal)).ToList();
        Assert.True(names.Count >= 18, string.Join(", ", names));
        Assert.All(names.Where(name => !OfRows.Contains(name) && name != "of data"), name => Assert.NotNull(NextStep.Of("DICOM-Mail " + name)));
        Assert.Null(NextStep.Of("DICOM-Mail drift"));
    }

    [GeneratedRegex(@"^\| (`DICOM-Mail .*?) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();
}
