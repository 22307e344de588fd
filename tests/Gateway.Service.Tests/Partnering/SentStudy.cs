using System.Security.Cryptography;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Storage;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Partnering;

/// <summary>A study that is sent to a gateway, and what of it lies in a folder afterwards.</summary>
public static class SentStudy
{
    /// <summary>Images of one study in two series.</summary>
    public static IReadOnlyList<Image> Of(int images, int pixelBytes = 40_000, string prefix = "") =>
        [.. Enumerable.Range(1, images).Select(number => new Image($"{prefix}{number}") { Series = $"1.2.3.{number % 2}", PatientName = "Müller^Ä", PixelBytes = pixelBytes + (2 * number) })];

    /// <summary>Sends it by C-STORE.</summary>
    public static async Task StoreAsync(GatewayProcess gateway, IReadOnlyList<Image> images, string called = "TO_PARTNER")
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var client = await StorageClient.ConnectAsync(gateway.Caller with { Called = AeTitle.Parse(called) }, StorageProposal.For(images.Select(image => image.Meta)), cancellation);
        foreach (var image in images)
            Assert.Equal(DimseStatus.Success, await client.StoreAsync(new MemoryStream(image.ToFile()), null, cancellation));
        await client.ReleaseAsync(cancellation);
    }

    /// <summary>The hashes of its data sets, in order.</summary>
    public static IEnumerable<string> Hashes(IEnumerable<Image> images) =>
        images.Select(image => Convert.ToHexStringLower(SHA256.HashData(image.ToDataSet()))).Order(StringComparer.Ordinal);

    /// <summary>The hashes of the data sets in a folder of DICOM files, in order.</summary>
    public static IEnumerable<string> HashesIn(string folder) => Directory.GetFiles(folder).Select(HashOf).Order(StringComparer.Ordinal);

    private static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        file.Position = Part10Header.Read(file).DataSetOffset;
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
