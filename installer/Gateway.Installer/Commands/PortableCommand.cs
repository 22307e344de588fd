using System.CommandLine;
using Gateway.Installer.Building;

namespace Gateway.Installer.Commands;

/// <summary>Packs gwctl for a preflight without an installation.</summary>
internal static class PortableCommand
{
    public static Command Create()
    {
        var command = new Command("portable", "Pack gwctl as a ZIP, for a preflight without an installation.") { Inputs.Out, Inputs.From };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var product = await Product.OfAsync(Repository.Find(), parsed.GetValue(Inputs.From), cancel);
            var archive = Path.Combine(Directory.CreateDirectory(parsed.GetValue(Inputs.Out)!).FullName, $"gwctl-{product.Version}-win-x64.zip");
            await PortableArchive.WriteAsync(product.Folder, ProductFolder.Read(product.Folder), product.Version, archive, cancel);
            Console.WriteLine($"{archive}: {new FileInfo(archive).Length / 1_000_000.0:0.0} MB");
            return 0;
        });
        return command;
    }
}
