using System.Net;
using System.Text.Json.Nodes;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Tests.Peers;
using Gateway.DicomMail.OpenPgp;
using Gateway.Service.Backups;
using Gateway.Service.Startup;
using Gateway.Service.Tests.Peers;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Backups;

/// <summary>The machine is gone. What remains is a backup and the recovery key; the gateway goes on from there.</summary>
public class RestoreDrillTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_a_new_machine_the_gateway_goes_on_where_it_was_delivers_nothing_twice_and_forgets_nothing()
    {
        var port = Dcmtk.FreePort();
        var folder = Directory.CreateTempSubdirectory("gateway-drill-").FullName;
        var recovery = OwnKey.Generate(KeyAlgorithm.Curve25519, "recovery", DateTimeOffset.UtcNow.AddDays(-1), TimeSpan.FromDays(365));
        await File.WriteAllTextAsync(Path.Combine(folder, "recovery.asc"), recovery.Public.ToArmor(), Cancellation);
        await File.WriteAllBytesAsync(Path.Combine(folder, "recovery.key"), recovery.Write(), Cancellation);
        List<(string Uid, string Sha256)> delivered;
        await using (var lost = new GatewayProcess(SampleConfiguration.SendingTo(new IPEndPoint(IPAddress.Loopback, port))))
        {
            await lost.StartAsync();
            await using (var target = new ScriptedScp(port: port))
            {
                Assert.Equal(DimseStatus.Success, await lost.StoreAsync(new CtPhantom(1)));
                await Eventually.HoldsAsync(async () => (await lost.LedgerAsync(0)).Contains("finished", StringComparison.Ordinal), 60);
                delivered = [.. target.Received];
            }

            Assert.Equal(DimseStatus.Success, await lost.StoreAsync(new CtPhantom(2)));
            await Eventually.HoldsAsync(async () => (await lost.LedgerAsync(0)).Contains("postponed", StringComparison.Ordinal), 60);
            await lost.UntilIndexedAsync(2);
            Assert.Equal(ExitCodes.Success, await BackupRun.ExecuteAsync( // while it runs
                new CommandLine.Backup(lost.ConfigurationFile, folder, 5, null, null, Path.Combine(folder, "recovery.asc"), lost.Root), TimeProvider.System));
            await lost.KillAsync();
        }

        var backup = Assert.Single(Directory.GetDirectories(folder));
        await using var target2 = new ScriptedScp(port: port);
        await using var machine = new GatewayProcess(SampleConfiguration.SendingTo(new IPEndPoint(IPAddress.Loopback, port)));
        var restore = new CommandLine.Restore(backup, Path.Combine(folder, "recovery.key"), machine.ConfigurationFile, machine.Root);
        Assert.Equal(ExitCodes.Success, await RestoreRun.ExecuteAsync(restore, TimeProvider.System));
        Assert.Equal(ExitCodes.Refused, await RestoreRun.ExecuteAsync(restore, TimeProvider.System)); // there is a ledger now
        await machine.StartAsync();

        var (status, report) = await machine.HealthAsync();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (status, (bool)report["sending"]!["isPaused"]!));
        Assert.Contains("restored from the backup of", (string)report["sending"]!["because"]!, StringComparison.Ordinal);
        Assert.Equal(DimseStatus.Success, await machine.StoreAsync(new CtPhantom(3)));
        await Task.Delay(500, Cancellation);
        Assert.Empty(target2.Received);

        await machine.AskAsync(HttpMethod.Post, "sending/resume?by=Site%20IT");
        await Eventually.HoldsAsync(async () => target2.Received.Count > 0 && (await machine.HealthAsync()).Report["queue"]!.AsArray().Count == 0, 60);
        Assert.Single(target2.Received); // what came since; the first was delivered before, and the second is no more
        Assert.Empty(target2.Received.Intersect(delivered));
        Assert.Equal(HttpStatusCode.OK, (await machine.HealthAsync()).Status);
        var letters = (JsonArray)(await machine.HealthAsync()).Report["deadLetters"]!;
        Assert.Equal(1, letters.Sum(letter => (int)letter!["instances"]!)); // visible: it never arrived
        Directory.Delete(folder, recursive: true);
    }
}
