using System.Net;
using System.Text.Json.Nodes;
using Gateway.Dicom.Phantoms;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task Health_tells_what_the_service_is_and_did_and_nothing_of_a_patient()
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        await gateway.StoreAsync(new CtPhantom(1));

        var (status, report) = await gateway.HealthAsync();

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            [
                "status", "version", "processId", "aeTitle", "dicomPort", "startedAt", "counts", "spool", "sending", "queue", "functionChecks", "partnersProblem", "database", "kept", "deadLetters", "volumes", "mail", "webClient",
            ],
            report.Select(field => field.Key));
        Assert.Equal(["images", "data"], report["volumes"]!.AsArray().Select(volume => (string?)volume!["name"]));
        Assert.Null(report["mail"]);
        Assert.Equal("healthy", (string?)report["status"]);
        Assert.Equal("DICOMMAIL", (string?)report["aeTitle"]);
        Assert.Equal(gateway.Port, (int)report["dicomPort"]!);
        Assert.Equal("""{"received":1,"duplicates":0,"newVersions":0,"refused":0}""", report["counts"]!.ToJsonString());
        Assert.True((long)report["spool"]!["freeBytes"]! > 0);
        Assert.Equal(["lookedAt", "oldestImage", "oldestDeliveredImage", "oldestLog", "oldestAudit", "auditWrittenAt"], report["kept"]!.AsObject().Select(field => field.Key));
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        Assert.InRange(DateOnly.ParseExact((string)report["kept"]!["oldestAudit"]!, "yyyy-MM-dd"), today.AddDays(-1), today);
        Assert.True(DateTimeOffset.Parse((string)report["kept"]!["auditWrittenAt"]!, null) >= DateTimeOffset.Parse((string)report["startedAt"]!, null).AddSeconds(-1));
        Assert.Equal("""{"served":false,"testedBrowsers":[],"clientMemoryBytes":null}""", report["webClient"]!.ToJsonString());
        Assert.Equal(TimeSpan.Zero, DateTimeOffset.Parse((string)report["startedAt"]!, null).Offset);
    }

    [Fact]
    public async Task Neither_console_nor_log_file_names_a_patient_or_an_instance()
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        var phantom = new CtPhantom(1);
        await gateway.StoreAsync(phantom);
        await gateway.StopAsync();

        var written = gateway.Output + await File.ReadAllTextAsync(
            Assert.Single(Directory.GetFiles(gateway.LogFolder)), TestContext.Current.CancellationToken);

        Assert.Contains("1 acknowledged", gateway.Output);
        Assert.DoesNotContain("Rehearsal", written);
        Assert.DoesNotContain("REHEARSAL", written);
        Assert.DoesNotContain("2.25.", written);
        Assert.All(
            written.Split('\n').Where(line => line.StartsWith('{')), line => Assert.NotNull(JsonNode.Parse(line)!["@t"]));
    }
}
