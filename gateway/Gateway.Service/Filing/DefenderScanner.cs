using System.Runtime.Versioning;

namespace Gateway.Service.Filing;

/// <summary>
/// Microsoft Defender, asked for one file ("Configure and manage Microsoft Defender Antivirus with the mpcmdrun.exe command-line tool"). It has to be asked: the
/// requirements exclude this service's process (AV-4), and what such a process writes and opens real-time protection leaves alone. It ends with 2 where it finds
/// something and where it cannot scan; then it says that it failed. With <c>-DisableRemediation</c> it deletes nothing and minds no exclusion.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class DefenderScanner : IDocumentScanner
{
    private const int FoundOrFailed = 2;
    private const string Failed = "hr = 0x";

    public string Name => "Microsoft Defender";

    public async Task<ScanVerdict> ScanAsync(string path, CancellationToken cancellation)
    {
        var (code, output) = await CommandScanner.RunAsync([ProgramPath(), "-Scan", "-ScanType", "3", "-DisableRemediation", "-File", path], cancellation);
        return code switch
        {
            0 => new ScanVerdict.Clean(),
            FoundOrFailed when !output.Contains(Failed, StringComparison.OrdinalIgnoreCase) => new ScanVerdict.Infected($"{Name} finds it infected"),
            null => new ScanVerdict.NotScanned(output),
            _ => new ScanVerdict.NotScanned($"{Name} could not scan it and ended with {code}: where another product is the scanner, mail.scanCommand names its program"),
        };
    }

    // The newest platform that Defender has installed, or the one that came with Windows.
    private static string ProgramPath()
    {
        var platforms = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "Microsoft", "Windows Defender", "Platform");
        var newest = Directory.Exists(platforms)
            ? Directory.EnumerateDirectories(platforms).OrderBy(folder => VersionOf(Path.GetFileName(folder))).Select(folder => Path.Combine(folder, "MpCmdRun.exe")).LastOrDefault(File.Exists)
            : null;
        return newest ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "Windows Defender", "MpCmdRun.exe");
    }

    private static Version VersionOf(string folder) => Version.TryParse(folder.Split('-')[0], out var version) ? version : new Version();
}
