using System.Diagnostics;
using Gateway.Provisioning.Machines.Windows;
using Gateway.Provisioning.Manifest;

namespace Gwctl.Installing;

/// <summary>
/// What installations write into the Application log, under the source GatewayProvisioning. The source is made by apply, not by this: an event can stand there before it, and a server that
/// was refused keeps no trace in its registry. The numbers stay: monitoring rests on them.
/// </summary>
internal enum InstallationEvent
{
    /// <summary>Information: an installation has begun.</summary>
    Begun = 3101,

    /// <summary>Error: an installation was refused or failed.</summary>
    Refused = 3102,

    /// <summary>Information: an installation has built what it builds.</summary>
    Built = 3103,

    /// <summary>Warning: what an installation built was taken back.</summary>
    TakenBack = 3104,

    /// <summary>Information: the appliance was removed.</summary>
    Removed = 3105,
}

/// <summary>Writes them.</summary>
internal static class InstallationEvents
{
    /// <summary>Writes one; elsewhere than on Windows, and on a rehearsed machine, nothing.</summary>
    /// <param name="what">What happened.</param>
    /// <param name="text">In words.</param>
    /// <param name="isRehearsal">Whether the machine is a rehearsal.</param>
    public static void Write(this InstallationEvent what, string text, bool isRehearsal)
    {
        if (isRehearsal || !OperatingSystem.IsWindows())
            return;
        var kind = what switch { InstallationEvent.Refused => TraceLevel.Error, InstallationEvent.TakenBack => TraceLevel.Warning, _ => TraceLevel.Info };
        ApplicationLog.Write(ProvisioningService.Name, kind, (int)what, text);
    }
}
