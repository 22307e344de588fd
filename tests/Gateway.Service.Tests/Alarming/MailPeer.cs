using System.Diagnostics;
using Gateway.Dicom.Tests.Peers;

namespace Gateway.Service.Tests.Alarming;

/// <summary>aiosmtpd, a mail server that lays each mail into a maildir.</summary>
internal sealed class MailPeer : IAsyncDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly string folder = Path.Combine(Directory.CreateTempSubdirectory("gateway-mail-").FullName, "box");
    private readonly Process process;

    private MailPeer(int port, string[] options) => process = Dcmtk.Start(Python, ["-m", "aiosmtpd", "-n", .. options, "-l", $"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Mailbox", folder]);

    public static bool IsInstalled => File.Exists(Python) && Directory.Exists("/usr/lib/python3/dist-packages/aiosmtpd");

    public static async Task<MailPeer> StartAsync(int port, CancellationToken cancellation, params string[] options)
    {
        var peer = new MailPeer(port, options);
        _ = peer.process.StandardOutput.ReadToEndAsync(cancellation);
        _ = peer.process.StandardError.ReadToEndAsync(cancellation);
        await Dcmtk.WaitForPortAsync(port, cancellation);
        return peer;
    }

    /// <summary>The mails that came, as they came.</summary>
    public IReadOnlyList<string> Mails() => Directory.Exists(Path.Combine(folder, "new"))
        ? [.. Directory.GetFiles(Path.Combine(folder, "new")).Select(file => (File.GetLastWriteTimeUtc(file), File.ReadAllText(file))).OrderBy(mail => mail.Item1).Select(mail => mail.Item2)]
        : [];

    /// <summary>Waits until so many mails came.</summary>
    public async Task<IReadOnlyList<string>> HasAsync(int count, CancellationToken cancellation)
    {
        while (Mails().Count < count)
            await Task.Delay(50, cancellation);
        return Mails();
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);
    }
}
