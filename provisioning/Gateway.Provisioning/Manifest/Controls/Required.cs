using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest.Controls;

/// <summary>
/// What the system requirements (02 | 2024) ask for in figures, each with its control and clause. The manifest starts from them and can ask for more;
/// where it asks for less, no machine meets the control, however big it is.
/// </summary>
public static class Required
{
    /// <summary>OS-1, "Unterstützte Betriebssysteme": Windows 10, Windows 11, Server 2016, 2019, 2022, by product type and builds.</summary>
    public static IReadOnlyList<WindowsRelease> Releases { get; } =
    [
        new() { Name = "Windows 10", ProductType = ProductType.Client, BuildFrom = 10240, BuildTo = 19045, EndOfSupport = new DateOnly(2025, 10, 14) },
        new() { Name = "Windows 11", ProductType = ProductType.Client, BuildFrom = 22000, BuildTo = 29999 },
        new() { Name = "Windows Server 2016", ProductType = ProductType.Server, BuildFrom = 14393, BuildTo = 14393, EndOfSupport = new DateOnly(2027, 1, 12) },
        new() { Name = "Windows Server 2019", ProductType = ProductType.Server, BuildFrom = 17763, BuildTo = 17763, EndOfSupport = new DateOnly(2029, 1, 9) },
        new() { Name = "Windows Server 2022", ProductType = ProductType.Server, BuildFrom = 20348, BuildTo = 20348, EndOfSupport = new DateOnly(2031, 10, 14) },
    ];

    /// <summary>OS-4, "Unterstützte Betriebssysteme": "ausschließlich … D:\ und E:\".</summary>
    public static IReadOnlyList<WindowsPath> Drives { get; } = [WindowsPath.Of(@"D:\"), WindowsPath.Of(@"E:\")];

    /// <summary>HW-1, "Serverausstattung": 8 CPU cores.</summary>
    public const int CpuCores = 8;

    /// <summary>HW-2, "Serverausstattung": 24 GB of memory, which memory modules count in 2³⁰ bytes.</summary>
    public static ByteSize Memory { get; } = ByteSize.Of("24 GiB");

    /// <summary>HW-2: what the firmware may keep of the memory, percent.</summary>
    public const int MemoryTolerancePercent = 6;

    /// <summary>HW-3 and HW-4, "Serverausstattung": D: with 50 GB, E: with 200 GB.</summary>
    public static IReadOnlyList<DiskMinimum> Disks { get; } =
    [
        new() { Drive = WindowsPath.Of(@"D:\"), Size = ByteSize.Of("50 GB"), FreeBeforeInstallation = ByteSize.Of("20 GB") },
        new() { Drive = WindowsPath.Of(@"E:\"), Size = ByteSize.Of("200 GB"), FreeBeforeInstallation = ByteSize.Of("100 GB") },
    ];

    /// <summary>HW-3, HW-4: what formatting may take of a disk, percent.</summary>
    public const int DiskTolerancePercent = 1;

    /// <summary>AV-3, "Virenscanner 2": the folder of the programs, left alone by the virus scanner beside those of images and database.</summary>
    public static WindowsPath ProgramFolder { get; } = WindowsPath.Of(@"D:\VISUS");

    /// <summary>AV-4, "Virenscanner 3": the processes, with this product's in their places.</summary>
    public static IReadOnlyList<ExcludedProcess> ExcludedProcesses { get; } =
    [
        new() { Path = ProgramPath.Of(@"%GATEWAY%\Gateway.Service.exe"), Replaces = @"%JCS_HOME%\bin\CSNTService.exe" },
        new() { Path = ProgramPath.Of(@"D:\VISUS\MariaDB\bin\mariadbd.exe"), Replaces = @"D:\VISUS\MariaDB\bin\mysqld.exe" },
        new() { Path = ProgramPath.Of(@"%JCS_HOME%\bin\tools\rtf2pdf\rtf2pdf.exe"), Replaces = @"%JCS_HOME%\bin\tools\rtf2pdf\rtf2pdf.exe" },
        new() { Path = ProgramPath.Of(@"%JCS_HOME%\bin\tool\PDFMaker\VTPDFMaker.exe"), Replaces = @"%JCS_HOME%\bin\tool\PDFMaker\VTPDFMaker.exe" },
    ];

    /// <summary>AV-5, "Virenscanner": the extensions, where folders cannot be excluded.</summary>
    public static IReadOnlyList<string> ExcludedExtensions { get; } = [".dicom", ".dicomzip", ".dcmpr", ".pre", ".jp2", ".jp5", ".dcmjp2k", ".dcmjp2kl"];

    /// <summary>BAK-2, "Softwarebackup": kept for 5 days.</summary>
    public const int BackupDays = 5;

    /// <summary>CLI-2, "Verwendete Clients": all common browsers; these are the ones that a release can be tested in.</summary>
    public static IReadOnlyList<string> Browsers { get; } = ["Chromium", "Firefox"];

    /// <summary>CLI-3, "Verwendete Clients": about 500 MB of memory at the client.</summary>
    public static ByteSize ClientMemory { get; } = ByteSize.Of("500 MB");

    /// <summary>
    /// SEC-1, "Systembetrieb": the TCP ports that a Windows of <see cref="Releases"/> itself may listen on: RPC, NetBIOS, SMB, remote desktop, connected devices,
    /// web services on devices, remote management, delivery optimization, dynamic ports. Any other is no port of Windows.
    /// </summary>
    public static IReadOnlyList<PortRange> WindowsTcpPorts { get; } = Ports("135", "139", "445", "3389", "5040", "5357-5358", "5985-5986", "7680", "47001", "49152-65535");

    /// <summary>
    /// SEC-1, "Systembetrieb": likewise of UDP: DHCP, time, NetBIOS, IKE, SSDP, remote desktop, WS-Discovery, NAT traversal, connected devices, mDNS, LLMNR, dynamic ports.
    /// </summary>
    public static IReadOnlyList<PortRange> WindowsUdpPorts { get; } = Ports("68", "123", "137-138", "500", "546", "1900", "3389", "3702", "4500", "5050", "5353", "5355", "49152-65535");

    private static IReadOnlyList<PortRange> Ports(params string[] texts) => [.. texts.Select(PortRange.Of)];
}
