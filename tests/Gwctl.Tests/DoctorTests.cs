using System.Diagnostics;
using System.Text.Json;
using Gateway.Dicom.Tests.Peers;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>What site IT asks first: what is wrong, what does the log say, what is it at.</summary>
public sealed class DoctorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_machine_that_was_not_built_is_told_what_to_do_and_has_no_log()
    {
        using var site = new Site();
        var page = (await site.RunAsync("doctor")).With(2).Output;
        Assert.Contains("It was not built yet.", page, StringComparison.Ordinal);
        Assert.Contains("next: 'gwctl plan' shows what would be done, 'gwctl apply' does it.", page, StringComparison.Ordinal);
        (await site.RunAsync("logs")).Refusing(64, "GW0007");
    }

    [Fact]
    public async Task A_gateway_that_dies_is_the_first_finding_and_whoever_watches_sees_it()
    {
        using var site = new Site();
        using var served = await ServedRehearsal.StartAsync(site);
        Assert.DoesNotContain("DICOM-Mail service", (await site.RunAsync("doctor")).Output, StringComparison.Ordinal);
        (await site.RunAsync("logs", "--since", "yesterday")).Refusing(64, "GW0008");
        Assert.Contains("no such line", (await site.RunAsync("logs", "--level", "fatal")).With(0).Output, StringComparison.Ordinal);
        var lines = (await site.RunAsync("logs", "--json")).With(0).Json().GetProperty("lines").EnumerateArray().ToList();
        Assert.Equal(lines.Select(At).Order(), lines.Select(At));
        Assert.Contains(lines, line => line.GetProperty("text").GetString()!.Contains("listens on", StringComparison.Ordinal));
        Assert.Contains("GW0001", (await site.RunAsync("status", "--watch", "--json")).Output, StringComparison.Ordinal);

        using var watch = CommandLine.Start(CommandLine.Program, site.ArgumentsOf("status", "--watch"));
        using var follow = CommandLine.Start(CommandLine.Program, site.ArgumentsOf("logs", "--follow", "--lines", "1"));
        await UntilAsync(watch, "gateway: healthy");
        await UntilAsync(follow, "UTC  information");
        await Dcmtk.RunAsync("echoscu", ["-aet", "NOBODY", "-aec", "DICOMMAIL", "127.0.0.1", $"{site.DicomPort}"], Cancellation);
        await UntilAsync(follow, "is rejected");
        await Signals.SendAsync(served.Process.Id, "INT");
        await UntilAsync(watch, "gateway: nobody answers");
        foreach (var process in new[] { watch, follow })
        {
            await Signals.SendAsync(process.Id, "INT");
            await process.WaitForExitAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
            Assert.Equal(0, process.ExitCode);
            Assert.Empty(await process.StandardError.ReadToEndAsync(Cancellation));
        }

        await served.EndAsync();
        var findings = (await site.RunAsync("doctor", "--json")).With(3).Json().GetProperty("findings").EnumerateArray().ToList();
        Assert.Equal("critical", findings[0].GetProperty("state").GetString());
        var service = findings.Single(finding => finding.GetProperty("about").GetString() == "DICOM-Mail service");
        Assert.Contains("Start the service DicomMailGateway", service.GetProperty("what").GetString(), StringComparison.Ordinal);
    }

    private static DateTimeOffset At(JsonElement line) => line.GetProperty("at").GetDateTimeOffset();

    private static async Task UntilAsync(Process process, string text)
    {
        var seen = "";
        while (await process.StandardOutput.ReadLineAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Cancellation) is { } line)
        {
            seen += line + "\n";
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"it ended before it said '{text}': {seen}");
    }
}
