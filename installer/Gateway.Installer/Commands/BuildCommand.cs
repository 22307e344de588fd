using System.CommandLine;
using System.Security.Cryptography;
using Gateway.Installer.Building;
using Gateway.Installer.Signing;

namespace Gateway.Installer.Commands;

/// <summary>Builds the MSI, and what lies beside it: digest, bill of materials, build record.</summary>
internal static class BuildCommand
{
    private static readonly Option<string?> Certificate = new("--certificate") { Description = "Sign executables and MSI with this certificate (PEM, its chain behind it).", HelpName = "FILE" };
    private static readonly Option<string?> Key = new("--key") { Description = "The certificate's private key (PEM).", HelpName = "FILE" };
    private static readonly Option<Uri?> Timestamp = new("--timestamp") { Description = "An RFC 3161 time stamping authority.", HelpName = "URL" };

    public static Command Create()
    {
        var command = new Command("build", "Build Gateway-<version>.msi with its SHA-256, bill of materials (CycloneDX) and build record.") { Inputs.Out, Inputs.From, Certificate, Key, Timestamp };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Certificate) is null != result.GetValue(Key) is null)
                result.AddError("--certificate and --key belong together.");
        });
        command.SetAction(async (parsed, cancel) =>
        {
            var signature = parsed.GetValue(Certificate) is { } certificate ? new Signature(certificate, parsed.GetValue(Key)!, parsed.GetValue(Timestamp)) : null;
            var repository = Repository.Find();
            var to = Directory.CreateDirectory(parsed.GetValue(Inputs.Out)!).FullName;
            await using var product = await Product.OfAsync(repository, parsed.GetValue(Inputs.From), cancel);
            if (signature is not null)
            {
                foreach (var executable in Product.OwnExecutables)
                    await signature.SignAsync(Path.Combine(product.Folder, executable), cancel);
            }

            var files = ProductFolder.Read(product.Folder);
            var msi = Path.Combine(to, $"Gateway-{product.Version}.msi");
            var codes = await Package.BuildAsync(repository, product.Version, product.Folder, files, msi, cancel);
            await ReadBack.CheckAsync(msi, product.Version, files, codes, cancel);
            if (signature is not null)
                await signature.SignAsync(msi, cancel);

            var digest = await DigestAsync(msi, cancel);
            await File.WriteAllTextAsync(msi + ".sha256", $"{digest}  {Path.GetFileName(msi)}\n", cancel);
            await File.WriteAllTextAsync(Path.ChangeExtension(msi, ".cdx.json"), BillOfMaterials.Of(repository, product.Folder, product.Version), cancel);
            await File.WriteAllTextAsync(Path.ChangeExtension(msi, ".build.json"), await BuildRecord.OfAsync(repository, product.Version, codes, digest, files, cancel), cancel);
            Console.WriteLine($"{msi}: {new FileInfo(msi).Length / 1_000_000.0:0.0} MB, {files.Count} files, {(signature is null ? "not signed" : "signed")}, SHA-256 {digest}");
            return 0;
        });
        return command;
    }

    private static async Task<string> DigestAsync(string file, CancellationToken cancel)
    {
        await using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancel));
    }
}
