using System.CommandLine;
using System.Text.Json;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>Writes a commented manifest to start from.</summary>
internal static class InitCommand
{
    private static readonly Argument<string> File = new("file") { Description = "The file to write.", DefaultValueFactory = _ => "appliance.json" };
    private static readonly Option<string> Site = new("--site") { Description = "The site's name.", HelpName = "NAME", DefaultValueFactory = _ => "Example hospital" };

    public static Command Create()
    {
        var command = Inputs.Command(
            "init",
            """
            Write a commented manifest to start from, and the schema beside it, so that an editor completes it.

            Example:
              gwctl init appliance.json --site "St. Example"
            """,
            File, Site, Inputs.Json);
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(File)!;
            var schema = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "appliance.schema.json");
            if (System.IO.File.Exists(path))
                throw new RefusedException(Diagnostic.Error("GW0010", $"{path} exists already.", "Name another file, or move that one away."));
            System.IO.File.WriteAllText(path, EmbeddedFiles.Text("appliance.json")
                .Replace("./templates/appliance.schema.json", "./appliance.schema.json", StringComparison.Ordinal)
                .Replace("\"name\": \"Example hospital\"", $"\"name\": {JsonSerializer.Serialize(parsed.GetValue(Site), ManifestJson.Compact)}", StringComparison.Ordinal));
            System.IO.File.WriteAllText(schema, EmbeddedFiles.Text("appliance.schema.json"));
            var output = Output.Of(parsed);
            if (output.IsJson)
                Output.Json(new { manifest = path, schema });
            else
                output.Line($"{path} written, its schema beside it. Next: gwctl validate {path}, then gwctl rehearse {path}");
            return (int)ExitCode.Holds;
        });
        return command;
    }
}
