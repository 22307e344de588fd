using Gateway.Installer.Building;
using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>The MSI of the product that every scenario has, built as it is delivered.</summary>
public sealed class PreparedMsi(PreparedWine prepared) : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("gateway-wine-msi-").FullName;

    internal string Path => System.IO.Path.Combine(folder, "Gateway.msi");

    public async ValueTask InitializeAsync()
    {
        if (prepared.Missing is not null)
            return;
        await using var product = await Product.OfAsync(Tools.Root, prepared.Product, CancellationToken.None);
        var files = ProductFolder.Read(product.Folder);
        var codes = await Package.BuildAsync(Tools.Root, product.Version, product.Folder, files, Path, CancellationToken.None);
        await ReadBack.CheckAsync(Path, product.Version, files, codes, CancellationToken.None);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
