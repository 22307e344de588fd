using System.CommandLine;
using Gateway.Provisioning.Manifest;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>Prints the manifest's JSON Schema.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var command = Inputs.Command(
            "schema",
            """
            Print the JSON Schema of the manifest.

            Example:
              gwctl schema > appliance.schema.json
            """,
            Inputs.Json);
        command.SetAction(_ =>
        {
            Output.Json(EmbeddedFiles.Text("appliance.schema.json"));
            return (int)ExitCode.Holds;
        });
        return command;
    }
}
