namespace Gateway.Rig.PowerShellServer.Contract.Defender;

/// <summary>Microsoft Defender of the rig's machine: section <c>defender</c> of the state file. A fresh one is that of a Server 2022: active, signatures of today, no exclusions.</summary>
public sealed class DefenderState
{
    /// <summary>The section's name.</summary>
    public const string Section = "defender";

    /// <summary>Whether WinDefend runs; without it every command fails.</summary>
    public bool ServiceRunning { get; set; } = true;

    /// <summary>"Microsoft Defender Antivirus compatibility with other security products"; empty: a platform that does not have the property yet.</summary>
    public string AMRunningMode { get; set; } = "Normal";

    public bool AMServiceEnabled { get; set; } = true;

    public bool AntivirusEnabled { get; set; } = true;

    public bool RealTimeProtectionEnabled { get; set; } = true;

    public bool IsTamperProtected { get; set; }

    /// <summary>Days; 4294967295 where there is no age to give ("Get-MpComputerStatus", Example 1, FullScanAge).</summary>
    public uint AntivirusSignatureAge { get; set; }

    public string AMProductVersion { get; set; } = "4.18.24050.7";

    /// <summary>What was set on this machine.</summary>
    public ExclusionLists Local { get; set; } = new();

    /// <summary>What group policy sets.</summary>
    public ExclusionLists Policy { get; set; } = new();
}

/// <summary>The three lists that every supported Windows has.</summary>
public sealed class ExclusionLists
{
    public List<string> ExclusionPath { get; set; } = [];

    public List<string> ExclusionProcess { get; set; } = [];

    public List<string> ExclusionExtension { get; set; } = [];

    /// <summary>The list that a parameter of "Add-MpPreference" names.</summary>
    public List<string> Of(string parameter) => parameter switch
    {
        nameof(ExclusionPath) => ExclusionPath,
        nameof(ExclusionProcess) => ExclusionProcess,
        _ => ExclusionExtension,
    };
}
