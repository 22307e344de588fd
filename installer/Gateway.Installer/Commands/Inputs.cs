using System.CommandLine;

namespace Gateway.Installer.Commands;

/// <summary>The options that commands share.</summary>
internal static class Inputs
{
    public static Option<string> Out { get; } = new("--out") { Description = "The folder to write into.", DefaultValueFactory = _ => "artifacts", HelpName = "DIR" };

    public static Option<string?> From { get; } = new("--from") { Description = "A program folder that was published before; without it, it is published.", HelpName = "DIR" };
}
