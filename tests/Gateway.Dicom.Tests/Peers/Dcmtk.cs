using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Dicom.Tests.Peers;

/// <summary>The tools of DCMTK and dicom3tools, as processes.</summary>
public static class Dcmtk
{
    private static int lastPort = Random.Shared.Next(12_000);

    public static bool IsInstalled(params string[] tools)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return tools.All(tool => folders.Any(folder => File.Exists(Path.Combine(folder, tool))));
    }

    public static async Task<(int ExitCode, string Output)> RunAsync(
        string tool, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using var process = Start(tool, arguments);
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        return (process.ExitCode, await output + await errors);
    }

    public static Process Start(string tool, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TCP_NODELAY"] = "1"; // DCMTK leaves Nagle's algorithm on otherwise
        return Process.Start(start)!;
    }

    /// <summary>
    /// A port that nobody listens on, given once only, and outside of the range that the system gives to connections: between now and
    /// the start of a peer nothing else takes it.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = 20_000 + (Interlocked.Increment(ref lastPort) % 12_000);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // the next one
            }
        }
    }

    public static async Task WaitForPortAsync(int port, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
                return;
            }
            catch (SocketException) when (attempt < 200)
            {
                await Task.Delay(25, cancellation);
            }
        }
    }
}
