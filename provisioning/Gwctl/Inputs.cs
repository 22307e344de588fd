using System.CommandLine;

namespace Gwctl;

/// <summary>The arguments and options that commands share.</summary>
internal static class Inputs
{
    public static Argument<string> Manifest { get; } = new("manifest")
    {
        Description = "The manifest.",
        DefaultValueFactory = _ => "appliance.json",
    };

    public static Option<string[]> Overlay { get; } = new("--overlay")
    {
        Description = "A site's differences (JSON merge patch, RFC 7396); may be given several times.",
        HelpName = "FILE",
    };

    public static Option<string?> Root { get; } = new("--root")
    {
        Description = "Act on the rehearsed machine in this directory, not on this computer.",
        HelpName = "DIR",
    };

    public static Option<string?> Facts { get; } = new("--facts")
    {
        Description = "Start the rehearsed machine from these recorded facts; only for a directory that holds none yet.",
        HelpName = "FILE",
    };

    public static Option<bool> Json { get; } = new("--json") { Description = "Print one JSON object for machines." };

    /// <summary>A command with the options that most have.</summary>
    public static Command Command(string name, string description, params Symbol[] symbols)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
                command.Add(argument);
            else
                command.Add((Option)symbol);
        }

        return command;
    }
}
