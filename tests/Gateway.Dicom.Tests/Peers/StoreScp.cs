using System.Diagnostics;
using System.Net;

namespace Gateway.Dicom.Tests.Peers;

/// <summary>DCMTK's storescp on a free loopback port, with a folder of its own.</summary>
public sealed class StoreScp : IAsyncDisposable
{
    private readonly Process process;

    private StoreScp(Process process, int port, string folder) => (this.process, Port, Folder) = (process, port, folder);

    public int Port { get; }

    public string Folder { get; }

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Port);

    public static async Task<StoreScp> StartAsync(CancellationToken cancellation, params string[] options)
    {
        var folder = Directory.CreateTempSubdirectory("storescp-").FullName;
        var port = Dcmtk.FreePort();
        var process = Dcmtk.Start("storescp", ["-q", "-od", folder, .. options, $"{port}"]);
        _ = process.StandardOutput.ReadToEndAsync(cancellation);
        _ = process.StandardError.ReadToEndAsync(cancellation);
        await Dcmtk.WaitForPortAsync(port, cancellation);
        return new StoreScp(process, port, folder);
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
