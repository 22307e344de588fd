using Gateway.Dicom.Dimse;
using Gateway.Dicom.Tests.Peers;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Peers;

public sealed class PydicomSetTests
{
    [Fact]
    public async Task Every_file_that_storescu_can_send_is_kept_byte_for_byte_and_the_gateway_lives_on()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var missing = await PydicomSet.MissingAsync(cancellation);
        Assert.SkipWhen(missing is not null, missing ?? "");
        await using var gateway = await GatewayProcess.StartedAsync();
        var set = new PydicomSet("127.0.0.1", gateway.Port, "DICOMMAIL", "PACS", gateway.SpoolFolder);

        await set.SendAsync(cancellation);

        Console.WriteLine($"pydicom's set: {set.Sent.Count} files were sent, {set.NotSent.Count} storescu itself could not send");
        foreach (var file in set.NotSent.Order(StringComparer.Ordinal))
            TestContext.Current.TestOutputHelper?.WriteLine(Path.GetFileName(file));
        Assert.True(set.Failures.Count == 0, string.Join("\n", set.Failures));
        Assert.True(set.Sent.Count > 100, $"only {set.Sent.Count} files were sent");
        Assert.Equal(DimseStatus.Success, await gateway.EchoAsync());
        string[] arguments = ["-aet", "PACS", "-aec", "DICOMMAIL", "127.0.0.1", $"{gateway.Port}"];
        Assert.Equal(0, (await Dcmtk.RunAsync("echoscu", arguments, cancellation)).ExitCode);
    }
}
