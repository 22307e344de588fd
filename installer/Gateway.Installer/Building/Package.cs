namespace Gateway.Installer.Building;

/// <summary>Builds the MSI of a program folder: wixl, then the repairs.</summary>
internal static class Package
{
    /// <summary>Builds it.</summary>
    /// <param name="repository">The repository, which has the bridge.</param>
    /// <param name="version">The product's version.</param>
    /// <param name="folder">The program folder.</param>
    /// <param name="files">Its files.</param>
    /// <param name="to">The MSI.</param>
    /// <param name="cancel">Cancels.</param>
    /// <returns>The codes of product and package.</returns>
    public static async Task<PackageCodes> BuildAsync(string repository, string version, string folder, IReadOnlyList<ProductFile> files, string to, CancellationToken cancel)
    {
        var tables = string.Concat(Repairs.Tables(Guid.Empty, version).Select(table => table.Content)) + string.Concat(Repairs.Statements(version));
        var bridge = await File.ReadAllTextAsync(BridgeOf(repository), cancel);
        var content = Identity.Content(version, files, PackageSource.Template + tables + bridge);
        var codes = new PackageCodes(content, Identity.Of("product", content), Identity.Of("package", content));
        var work = Directory.CreateTempSubdirectory("gateway-msi-").FullName;
        try
        {
            // wixl takes a file's source relative to where it runs.
            foreach (var file in files)
                File.CreateSymbolicLink(Path.Combine(work, file.Name), Path.Combine(folder, file.Name));
            await File.WriteAllTextAsync(Path.Combine(work, "gateway.wxs"), PackageSource.Render(version, codes.Product, files), cancel);
            await Tool.RunAsync("x86_64-w64-mingw32-gcc", ["-shared", "-O2", "-Wall", "-Wextra", "-Werror", "-s", "-Wl,--no-insert-timestamp", "-o", "bridge.dll", BridgeOf(repository), "-lmsi", "-lshell32"], work, cancel);
            await Tool.RunAsync("wixl", ["-a", "x64", "-o", "gateway.msi", "gateway.wxs"], work, cancel);
            var repairs = Repairs.Tables(codes.Package, version);
            foreach (var (name, table) in repairs)
                await File.WriteAllTextAsync(Path.Combine(work, name), table, cancel); // msibuild reads UTF-8 and writes the package's code page
            await Tool.RunAsync("msibuild", ["gateway.msi", .. repairs.SelectMany(table => (string[])["-i", table.Name]), .. Repairs.Statements(version).SelectMany(statement => (string[])["-q", statement])], work, cancel);
            File.Move(Path.Combine(work, "gateway.msi"), to, overwrite: true);
            return codes;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static string BridgeOf(string repository) => Path.Combine(repository, "installer", "bridge", "bridge.c");
}

/// <summary>What identifies an MSI.</summary>
/// <param name="Content">SHA-256 of what it is made of.</param>
/// <param name="Product">ProductCode.</param>
/// <param name="Package">PackageCode.</param>
internal sealed record PackageCodes(string Content, Guid Product, Guid Package);
