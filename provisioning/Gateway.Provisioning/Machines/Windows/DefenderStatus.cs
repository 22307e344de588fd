using System.Management.Automation;
using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>What Get-MpComputerStatus says of Microsoft Defender ("MSFT_MpComputerStatus class"; "Get-MpComputerStatus", Microsoft Learn).</summary>
/// <param name="Protects">Whether it is the machine's virus scanner and works in real time.</param>
/// <param name="IsPrimary">Whether it is the machine's virus scanner, or gives way to another.</param>
/// <param name="SignatureAgeDays">Age of its signatures, or null when it has none to give.</param>
/// <param name="IsTamperProtected">Whether tamper protection is on; null from a version that does not know it.</param>
internal sealed record DefenderStatus(bool Protects, bool IsPrimary, int? SignatureAgeDays, bool? IsTamperProtected)
{
    /// <summary>Its name.</summary>
    public const string Product = "Microsoft Defender";

    private const uint NoAge = uint.MaxValue; // "Get-MpComputerStatus", Example 1: FullScanAge where there was no scan

    /// <summary>Installed, and its service does not run.</summary>
    public static DefenderStatus Stopped { get; } = new(Protects: false, IsPrimary: false, null, null);

    /// <summary>Reads the status.</summary>
    /// <param name="status">What the cmdlet returned.</param>
    /// <exception cref="NotAssessableException">It says something that no document explains.</exception>
    public static DefenderStatus Of(PSObject status)
    {
        bool Flag(string property) => status.Flag(property)
            ?? throw new NotAssessableException(new($"Get-MpComputerStatus nennt {property} nicht", $"Get-MpComputerStatus does not say {property}"));

        var primary = IsPrimaryIn(status.Text("AMRunningMode"));
        return new(
            primary && Flag("AMServiceEnabled") && Flag("AntivirusEnabled") && Flag("RealTimeProtectionEnabled"),
            primary,
            status.Number("AntivirusSignatureAge") is >= 0 and < NoAge and var age ? (int)Math.Min(age, int.MaxValue) : null,
            status.Flag("IsTamperProtected"));
    }

    /// <summary>It as one of the machine's scanners.</summary>
    /// <param name="exclusionsReadable">Whether anybody on this machine can say what it excludes.</param>
    public AntivirusProduct AsProduct(bool exclusionsReadable) => new(Product, Protects, SignatureAgeDays, exclusionsReadable);

    // "Microsoft Defender Antivirus compatibility with other security products", "Microsoft Defender Antivirus on Windows Server", "Endpoint detection and response
    // in block mode": the values, never translated. Platforms of 2016 do not have the property.
    private static bool IsPrimaryIn(string mode) => mode.ToUpperInvariant() switch
    {
        "" or "NORMAL" => true,
        "PASSIVE" or "PASSIVE MODE" or "SXS PASSIVE MODE" or "EDR BLOCK MODE" or "NOT RUNNING" => false,
        _ => throw new NotAssessableException(new($"{Product} nennt eine unbekannte Betriebsart: {mode}", $"{Product} reports an unknown running mode: {mode}")),
    };
}
