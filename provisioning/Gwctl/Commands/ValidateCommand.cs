using System.CommandLine;
using Gwctl.Printing;
using Spectre.Console;

namespace Gwctl.Commands;

/// <summary>Checks a manifest without looking at any machine.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var command = Inputs.Command(
            "validate",
            """
            Check a manifest and its overlays: form, names, paths, ports, references. Looks at no machine.

            Example:
              gwctl validate appliance.json --overlay site.json
            """,
            Inputs.Manifest, Inputs.Overlay, Inputs.Json);
        command.SetAction(parsed =>
        {
            var output = Output.Of(parsed);
            var (_, graph, diagnostics) = Session.Read(parsed);
            if (output.IsJson)
                Output.Json(new { valid = graph is not null, resources = graph?.InOrder.Count, diagnostics });
            else
                output.Complain(diagnostics);
            if (graph is not null && !output.IsJson)
                output.Line($"valid: {graph.InOrder.Count} resources", Color.Green);
            return (int)(graph is null ? ExitCode.ManifestInvalid : ExitCode.Holds);
        });
        return command;
    }
}
