using System.CommandLine;
using Gateway.Provisioning.Applying;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>Asks whether the machine may be installed on.</summary>
internal static class PreflightCommand
{
    public static Command Create()
    {
        var command = Inputs.Command(
            "preflight",
            """
            Check what must hold before anything is installed. Changes nothing.

            Example:
              gwctl preflight appliance.json
            """,
            Inputs.Manifest, Inputs.Overlay, Inputs.Root, Inputs.Facts, Inputs.Json);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = Session.Open(parsed);
            if (session is null)
                return (int)ExitCode.ManifestInvalid;
            var assessment = await session.AssessAsync(cancel);
            var refusing = Refusals.Of(assessment);
            if (session.Output.IsJson)
            {
                Output.Json(new { ready = refusing.Count == 0, machine = session.Machine.Name, isRehearsal = session.Machine.IsRehearsal, controls = assessment.Preflight.Select(VerdictView.Of), somebodyElses = assessment.SomebodyElses.Select(s => s.Resource.Id) });
            }
            else
            {
                VerdictPrinter.Print(session.Output, assessment.Preflight, $"preflight of {session.Machine.Name}");
                session.Output.Complain(refusing.Where(r => r.Code == "GW2002"));
            }

            return (int)(refusing.Count > 0 ? ExitCode.NotMet : assessment.RestartPending ? ExitCode.RestartNeeded : ExitCode.Holds);
        });
        return command;
    }
}
