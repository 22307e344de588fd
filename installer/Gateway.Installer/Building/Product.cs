using System.Diagnostics;

namespace Gateway.Installer.Building;

/// <summary>The product that is packed: its version, and its program folder as long as this is held.</summary>
internal sealed class Product : IAsyncDisposable
{
    private Product(string folder) => Folder = folder;

    /// <summary>The executables that are ours to sign; the runtime's are signed by its maker.</summary>
    public static IReadOnlyList<string> OwnExecutables { get; } = ["gwctl.exe", "gwctl.dll", "Gateway.Service.exe", "Gateway.Service.dll", "Gateway.Provisioning.dll", "Gateway.Dicom.dll"];

    /// <summary>The version that its programs say they are. Three fields: Windows Installer compares no more.</summary>
    public string Version => FileVersionInfo.GetVersionInfo(Path.Combine(Folder, "Gateway.Provisioning.dll")).ProductVersion!;

    /// <summary>Its program folder: a copy, which may be changed.</summary>
    public string Folder { get; }

    /// <summary>Publishes it, or copies what was published before.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="published">A program folder, or null.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task<Product> OfAsync(string repository, string? published, CancellationToken cancel)
    {
        var product = new Product(Directory.CreateTempSubdirectory("gateway-product-").FullName);
        if (published is null)
        {
            await ProductFolder.PublishAsync(repository, product.Folder, cancel);
            foreach (var file in Directory.EnumerateFiles(product.Folder).Where(ProductFolder.IsForDevelopers).ToList())
                File.Delete(file);
        }
        else if (!Directory.Exists(published))
            throw new BuildFailure("GW8005", $"There is no folder {published}.", "Name a folder with published programs, or leave --from out.");
        else
            foreach (var file in Directory.EnumerateFiles(published).Where(file => !ProductFolder.IsForDevelopers(file)))
                File.Copy(file, Path.Combine(product.Folder, Path.GetFileName(file)));
        return product;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
