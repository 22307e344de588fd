namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// Whether Windows waits for a restart, by the places in the registry where its parts leave a note: servicing ("Component Based Servicing"), Windows Update, and
/// files to be renamed at the next start ("MoveFileExW function", MOVEFILE_DELAY_UNTIL_REBOOT, Microsoft Learn). The fourth place is the Windows Update Agent's own word
/// ("ISystemInformation::get_RebootRequired"). They are the places of DSC's PendingReboot resource (ComputerManagementDsc).
/// </summary>
internal static class PendingRestart
{
    private const string Servicing = @"SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending";
    private const string WindowsUpdate = @"SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired";
    private const string SessionManager = @"SYSTEM\CurrentControlSet\Control\Session Manager";

    /// <summary>Whether the registry says so.</summary>
    public static bool IsNoted(ISystemRegistry registry) =>
        registry.HasKey(Servicing) || registry.HasKey(WindowsUpdate)
        || (registry.Value(SessionManager, "PendingFileRenameOperations") is string[] files && files.Any(file => file.Length > 0));
}
