using System.CommandLine;
using System.Text.Json;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Windows;
using Gateway.Provisioning.Manifest;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>Records a machine's facts.</summary>
internal static class FactsCommand
{
    private static readonly Option<string?> Out = new("--out") { Description = "Write to this file in place of standard output.", HelpName = "FILE" };

    private static readonly Option<bool> UsedCmdlets = new("--cmdlets") { Description = "List the PowerShell cmdlets and parameters that the product uses on Windows, for whoever must allow them; look at no machine." };

    public static Command Create()
    {
        var command = Inputs.Command(
            "facts",
            """
            Record the machine's facts as JSON, so that others can rehearse on them. Holds no secrets and no patient data.

            Example:
              gwctl facts appliance.json --out site.facts.json
            """,
            Inputs.Manifest, Inputs.Overlay, Inputs.Root, Inputs.Facts, Out, UsedCmdlets, Inputs.Json);
        command.SetAction(async (parsed, cancel) =>
        {
            if (parsed.GetValue(UsedCmdlets))
                return PrintCmdlets(Output.Of(parsed));
            await using var session = Session.Open(parsed);
            if (session is null)
                return (int)ExitCode.ManifestInvalid;
            var facts = await FactsRecorder.RecordAsync(session.Machine, session.Appliance, TimeProvider.System, cancel);
            if (parsed.GetValue(Out) is not { } path)
            {
                Output.Json(facts);
                return (int)ExitCode.Holds;
            }

            await File.WriteAllBytesAsync(path, JsonSerializer.SerializeToUtf8Bytes(facts, ManifestJson.Indented), cancel);
            if (session.Output.IsJson)
                Output.Json(new { file = path, facts.NotRecorded });
            else
                session.Output.Line($"{path} written{(facts.NotRecorded.Count == 0 ? "" : $"; not recorded: {string.Join(", ", facts.NotRecorded.Keys)}")}");
            return (int)ExitCode.Holds;
        });
        return command;
    }

    private static int PrintCmdlets(Output output)
    {
        if (output.IsJson)
        {
            Output.Json(Cmdlets.All.Select(c => new { c.Module, Cmdlet = c.Name, c.Parameters }));
            return (int)ExitCode.Holds;
        }

        foreach (var module in Cmdlets.All.GroupBy(c => c.Module))
        {
            output.Line(module.Key);
            foreach (var cmdlet in module)
                output.Line($"  {cmdlet}{string.Concat(cmdlet.Parameters.Select(p => $" -{p}"))}");
        }

        return (int)ExitCode.Holds;
    }
}
