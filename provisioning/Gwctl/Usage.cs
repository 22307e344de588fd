using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Provisioning.Diagnosis;

namespace Gwctl;

/// <summary>What is wrong with a command line, each with where to look it up.</summary>
internal static class Usage
{
    public static IReadOnlyList<Diagnostic> ErrorsOf(ParseResult parsed, string[] args)
    {
        var help = $"See: {PathOf(parsed.CommandResult)} --help";
        if (parsed.Errors.Count > 0)
            return [.. parsed.Errors.Select(error => Diagnostic.Error("GW0001", error.Message, help))];
        if (Array.IndexOf(args, "") is >= 0 and var empty)
        {
            var what = empty > 0 && args[empty - 1].StartsWith('-') ? $"The option '{args[empty - 1]}' is given an empty value" : "A word of the command is empty";
            return [Diagnostic.Error("GW0001", $"{what}: is a variable of your script not set?", help)];
        }

        return parsed.CommandResult.GetResult(Inputs.Manifest)?.Tokens is [{ Value: ['-', ..] mistaken }]
            ? [Diagnostic.Error("GW0001", $"Unrecognized option '{mistaken}'.", help)]
            : [];
    }

    private static string PathOf(CommandResult result) => result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "gwctl";
}
