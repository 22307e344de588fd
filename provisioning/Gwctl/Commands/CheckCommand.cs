using System.CommandLine;
using Gateway.Provisioning.Checking;
using Gwctl.Asking;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>Prints the local checks of the monitoring agent.</summary>
internal static class CheckCommand
{
    private static readonly Option<bool> Prometheus = new("--prometheus") { Description = "Print states and figures in the text form that Prometheus reads." };

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
            Prometheus, Inputs.Root, Inputs.Json);
        command.SetAction(async (parsed, cancel) =>
        {
            var checks = await MonitoredMachine.LookAsync(parsed.GetValue(Inputs.Root), cancel);
            if (Output.Of(parsed).IsJson)
                Output.Json(new { checks });
            else if (parsed.GetValue(Prometheus))
                Output.Json(PrometheusText.Of(checks));
            else
                Output.Json(string.Concat(checks.Select(check => check + "\n"))); // as it stands
            return (int)ExitCode.Holds;
        });
        return command;
    }
}
