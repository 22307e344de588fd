using System.Net;
using Gateway.Dicom.Coercion;
using Gateway.Dicom.Conversion;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Storage;
using Gateway.Dicom.Part10;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Receiving;

/// <summary>The same SOP instance UID a second time.</summary>
public sealed class SameInstanceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_data_set_in_another_encoding_is_acknowledged_and_counted_and_not_kept_again()
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        var phantom = new CtPhantom(1);
        Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(phantom));

        using var converted = new MemoryStream();
        SyntaxConversion.Convert(new MemoryStream(phantom.ToFile()), converted, TransferSyntax.ImplicitVrLittleEndian, DataSetLimits.Default, Cancellation);

        Assert.Equal(DimseStatus.Success, await StoreAsync(gateway, converted));
        Assert.Single(gateway.StoredFiles);
        Assert.Equal(1, await gateway.CountAsync("duplicates"));
    }

    [Fact]
    public async Task A_changed_header_is_a_new_version_that_stands_beside_the_old()
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        var phantom = new CtPhantom(1);
        Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(phantom));

        // An unknown patient has a name now.
        using var named = new MemoryStream();
        var naming = new InstanceCoercion([new AttributeChange.Replace(new Tag(0x0010, 0x0010), "Named^Later")], "PACS", "", DateTimeOffset.UnixEpoch);
        naming.Apply(new MemoryStream(phantom.ToFile()), named, DataSetLimits.Default, Cancellation);

        Assert.Equal(DimseStatus.Success, await StoreAsync(gateway, named));
        Assert.Equal(2, gateway.StoredFiles.Count);
        Assert.Equal(1, await gateway.CountAsync("newVersions"));
        await gateway.UntilIndexedAsync(2);
    }

    [Fact]
    public async Task Changed_pixels_are_refused_and_laid_aside_and_the_first_stays_what_it_was()
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        var phantom = new CtPhantom(1);
        Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(phantom));
        var other = phantom.ToFile();
        other[^1] ^= 1;

        Assert.Equal(new DimseStatus(0xC001), await StoreAsync(gateway, new MemoryStream(other)));

        var stored = await File.ReadAllBytesAsync(Assert.Single(gateway.StoredFiles, path => !path.Contains("quarantine", StringComparison.Ordinal)), Cancellation);
        Assert.True(stored.AsSpan().EndsWith(phantom.ToDataSet()));
        var aside = Assert.Single(Directory.GetFiles(Path.Combine(gateway.SpoolFolder, "quarantine")));
        Assert.Equal(other[^1], (await File.ReadAllBytesAsync(aside, Cancellation))[^1]);
        Assert.Contains("\"event\":\"quarantined\"", await gateway.LedgerAsync(2), StringComparison.Ordinal);
        Assert.Equal(1, await gateway.CountAsync("refused"));
        Assert.Equal(HttpStatusCode.OK, (await gateway.HealthAsync()).Status);
    }

    private static async Task<DimseStatus> StoreAsync(GatewayProcess gateway, MemoryStream file)
    {
        file.Position = 0;
        var meta = Part10Header.Read(file).Meta;
        await using var client = await StorageClient.ConnectAsync(gateway.Caller, StorageProposal.For([meta]), Cancellation);
        var status = await client.StoreAsync(file, null, Cancellation);
        await client.ReleaseAsync(Cancellation);
        return status;
    }
}
