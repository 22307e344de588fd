using System.CommandLine;
using Gateway.Installer.Signing;

namespace Gateway.Installer.Commands;

/// <summary>Verifies a signature.</summary>
internal static class VerifyCommand
{
    private static readonly Argument<string> File = new("file") { Description = "An MSI or an executable." };
    private static readonly Option<string> Authority = new("--authority") { Description = "The authority that the signer's certificate must come from (PEM).", Required = true, HelpName = "FILE" };

    public static Command Create()
    {
        var command = new Command("verify", "Verify the signature of an MSI or of an executable.") { File, Authority };
        command.SetAction(async (parsed, cancel) =>
        {
            await Signature.VerifyAsync(parsed.GetValue(File)!, parsed.GetValue(Authority)!, cancel);
            Console.WriteLine($"{parsed.GetValue(File)}: the signature is good");
            return 0;
        });
        return command;
    }
}
