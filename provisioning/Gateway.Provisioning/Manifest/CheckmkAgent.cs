using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest;

/// <summary>What the monitoring agent's installer lays down, and where: names that are Checkmk's, not ours ("Monitoring Windows", Checkmk documentation).</summary>
public static class CheckmkAgent
{
    /// <summary>Its Windows service.</summary>
    public const string ServiceName = "CheckMkService";

    /// <summary>How its name in "Apps" begins; its version follows.</summary>
    public const string ProductName = "Check MK Agent";

    /// <summary>The port on which it answers a server that asks (mode pull).</summary>
    public const int PullPort = 6556;

    /// <summary>How the file name of its package begins.</summary>
    public const string PackagePrefix = "check_mk_agent";

    /// <summary>Its program.</summary>
    public static WindowsPath Program { get; } = WindowsPath.Of(@"C:\Program Files (x86)\checkmk\service\check_mk_agent.exe");

    /// <summary>The program beside it that keeps its registration.</summary>
    public static WindowsPath Controller { get; } = WindowsPath.Of(@"C:\Program Files (x86)\checkmk\service\cmk-agent-ctl.exe");

    /// <summary>Where its configuration and data lie.</summary>
    public static WindowsPath DataFolder { get; } = WindowsPath.Of(@"C:\ProgramData\checkmk\agent");

    /// <summary>What lies here it runs, and sends on what it prints ("Local checks").</summary>
    public static WindowsPath LocalChecks { get; } = DataFolder.Join("local");

    /// <summary>The product's own file there.</summary>
    public static WindowsPath OwnChecks { get; } = LocalChecks.Join("dicom-mail.cmd");

    /// <summary>Of what that prints, the check of Windows' updates (OS-3).</summary>
    public const string UpdatesCheck = "DICOM-Mail updates";

    /// <summary>Its configuration file for users: the last one that it reads, and so the one that counts.</summary>
    public static WindowsPath ConfigurationFile { get; } = DataFolder.Join("check_mk.user.yml");
}
