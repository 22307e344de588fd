using Gateway.Dicom.Tests.Peers;
using Gateway.Service.Tests.Peers;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>A rehearsed gateway takes from DCMTK's storescu every file of pydicom's that storescu can send.</summary>
public sealed class PydicomTests
{
    [Fact(Explicit = true)]
    public async Task Every_file_that_storescu_can_send_is_kept_byte_for_byte_and_the_gateway_lives()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var missing = await PydicomSet.MissingAsync(cancellation);
        Assert.SkipWhen(missing is not null, missing ?? "");
        using var site = new Site();
        using var served = await ServedRehearsal.StartAsync(site);
        var set = new PydicomSet("127.0.0.1", site.DicomPort, "DICOMMAIL", "PACS", served.Endpoints.GetProperty("spool").GetString()!);
        await set.SendAsync(cancellation);
        Assert.Empty(set.Failures);
        Assert.True(set.Sent.Count > 100, $"{set.Sent.Count} sent, {set.NotSent.Count} not: the set is not what it was");
        var echo = await Dcmtk.RunAsync("echoscu", ["-aet", "PACS", "-aec", "DICOMMAIL", "127.0.0.1", $"{site.DicomPort}"], cancellation);
        Assert.Equal(0, echo.ExitCode);
        await Signals.SendAsync(served.Process.Id, "INT");
        await served.EndAsync();
        Assert.Equal(0, served.Process.ExitCode);
    }
}
