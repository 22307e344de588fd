using System.Globalization;
using System.Management.Automation;
using Gateway.Provisioning.Machines.Facts;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// Windows Update, from what two parts of Windows know: servicing lists its packages in Win32_QuickFixEngineering, and the Windows Update Agent its history and
/// what waits. What waits is what the last search found; where that is long ago or never was, an empty list says nothing.
/// </summary>
internal static class WindowsUpdates
{
    /// <summary>Windows searches every day ("Manage additional Windows Update settings", Microsoft Learn: detection frequency, 22 hours); this leaves room for a server that stood still.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromDays(7);

    /// <summary>Puts both together.</summary>
    /// <param name="serviced">Instances of Win32_QuickFixEngineering.</param>
    /// <param name="agent">The agent's answer.</param>
    /// <param name="restartNoted">Whether the registry notes a restart.</param>
    /// <param name="now">Now.</param>
    public static UpdateFacts Of(IReadOnlyList<PSObject> serviced, UpdateAgentAnswer agent, bool restartNoted, DateTimeOffset now)
    {
        if (agent.LastSearch is not { } searched)
            throw new NotAssessableException(new("Windows hat noch nie erfolgreich nach Updates gesucht", "Windows has never searched for updates with success"));
        if (now - searched > Fresh)
        {
            var day = searched.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            throw new NotAssessableException(new($"Windows hat zuletzt am {day} erfolgreich nach Updates gesucht", $"Windows last searched for updates with success on {day}"));
        }

        var today = DateOnly.FromDateTime(now.UtcDateTime.AddDays(1)); // a machine's day may be ahead of Greenwich's
        var installed = agent.History.Where(deed => deed.Installed && !deed.Update.IsOfScanner).Select(deed => DateOnly.FromDateTime(deed.At.UtcDateTime)).Where(day => day <= today);
        return new UpdateFacts(
            installed.Select(day => (DateOnly?)day).Append(UpdateDays.Newest(serviced, today)).Max(),
            agent.NotInstalled.Count(update => !update.IsOfScanner),
            restartNoted || agent.RestartRequired);
    }
}
