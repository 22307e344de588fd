using System.CommandLine;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Machines.Rehearsal;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Reading;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Checking;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>Prints the local checks of the monitoring agent.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var command = Inputs.Command(
            "check",
            """
            Print the checks of the monitoring agent, one a line: the gateway, its queues, partners, mail servers, keys and certificates, drives, database, backup, and what the newest
            compliance report found. Fast, changes nothing, names no patient and no user. The exit code is 0 whatever they say: it is monitoring that judges them.

            Example:
              gwctl check
            """,
            Inputs.Root, Inputs.Json);
        command.SetAction(async (parsed, cancel) =>
        {
            var checks = await LookAsync(parsed.GetValue(Inputs.Root), cancel);
            if (Output.Of(parsed).IsJson)
                Output.Json(new { checks });
            else
                Output.Json(string.Concat(checks.Select(check => check + "\n"))); // as it stands
            return (int)ExitCode.Holds;
        });
        return command;
    }

    /// <summary>Looks at everything that is checked.</summary>
    /// <param name="root">The directory of a rehearsed machine, or null for this computer.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task<IReadOnlyList<Check>> LookAsync(string? root, CancellationToken cancel)
    {
        var kept = KeptIntent.ManifestIn(Session.StateRootOf(root));
        if (!File.Exists(kept))
            return [new Check("DICOM-Mail service", CheckState.Unknown, "This machine was not built yet: 'gwctl apply' builds it.")];
        if (ManifestReader.ReadFiles(kept, [], Session.Today()).Appliance is not { } appliance)
            return [new Check("DICOM-Mail service", CheckState.Unknown, "The manifest of the last apply cannot be read: apply it again.")];
        var figures = await GatewayFigures.AskAsync(appliance.Gateway.HealthPort, cancel);
        var now = TimeProvider.System.GetUtcNow();
        return [.. new GatewayChecks(appliance, now).Of(figures), .. new MachineChecks(appliance, now).Of(Place(ManifestPaths.Reports), Place(appliance.Backup.Folder))];

        string Place(WindowsPath path) => root is null ? path.Text : new RehearsalDrives(Path.GetFullPath(root), null).Of(path);
    }
}
