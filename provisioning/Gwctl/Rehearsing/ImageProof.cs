using System.Net;
using System.Security.Cryptography;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Storage;
using Gateway.Dicom.UpperLayer;

namespace Gwctl.Rehearsing;

/// <summary>Sends one image over DICOM and compares what the gateway keeps with what was sent, byte by byte.</summary>
internal sealed class ImageProof(IPEndPoint gateway, string calledAeTitle, string callingAeTitle, string spool)
{
    /// <summary>Why a file cannot be sent, or null; asked before anything is built.</summary>
    public static string? WhyUnusable(string image)
    {
        try
        {
            using var file = File.OpenRead(image);
            Part10Header.Read(file);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Part10Exception)
        {
            return e.Message;
        }
    }

    /// <summary>Sends the image; says what went wrong, or null.</summary>
    /// <param name="image">A part 10 file, or null for the synthetic CT.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<(string? Failure, string Detail)> RunAsync(string? image, CancellationToken cancel)
    {
        await using Stream file = image is null ? new MemoryStream(new CtPhantom(TimeProvider.System.GetTimestamp()).ToFile()) : File.OpenRead(image);
        try
        {
            var header = Part10Header.Read(file);
            var sent = await HashFromAsync(file, header.DataSetOffset, cancel);
            var options = new RequestorOptions(gateway, AeTitle.Parse(callingAeTitle), AeTitle.Parse(calledAeTitle));
            await using var client = await StorageClient.ConnectAsync(options, StorageProposal.For([header.Meta]), cancel);
            var echo = await client.EchoAsync(cancel);
            if (echo != DimseStatus.Success)
                return ($"C-ECHO was answered with {echo}", "");
            var status = await client.StoreAsync(file, null, cancel);
            if (status != DimseStatus.Success)
                return ($"C-STORE was answered with {status}", "");
            await client.ReleaseAsync(cancel);
            return await IsStoredAsync(header.Meta.SopInstance, sent, cancel)
                ? (null, $"{file.Length - header.DataSetOffset} bytes of data set sent, answered 0x0000, and found unchanged in the spool (SHA-256 {Convert.ToHexStringLower(sent)[..12]})")
                : ($"the gateway answered 0x0000, but the spool {spool} does not hold these bytes", "");
        }
        catch (Exception e) when (e is AssociationException or Part10Exception or ContextNotAcceptedException or IOException)
        {
            return (e.Message, "");
        }
    }

    private async Task<bool> IsStoredAsync(Uid instance, byte[] sent, CancellationToken cancel)
    {
        foreach (var path in Directory.EnumerateFiles(spool, "*.dicom", SearchOption.AllDirectories))
        {
            await using var stored = File.OpenRead(path);
            var header = Part10Header.Read(stored);
            if (header.Meta.SopInstance == instance && (await HashFromAsync(stored, header.DataSetOffset, cancel)).AsSpan().SequenceEqual(sent))
                return true;
        }

        return false;
    }

    private static async Task<byte[]> HashFromAsync(Stream file, long offset, CancellationToken cancel)
    {
        file.Position = offset;
        return await SHA256.HashDataAsync(file, cancel);
    }
}
