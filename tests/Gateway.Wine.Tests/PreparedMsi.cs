using Gateway.Installer.Building;

namespace Gateway.Wine.Tests;

/// <summary>MSIs that scenarios share, each built when it is first asked for, as it is delivered.</summary>
/// <param name="folder">Where they lie.</param>
/// <param name="product">The published product.</param>
internal sealed class PreparedMsi(string folder, string product)
{
    private readonly Lazy<Task<string>> thisVersion = new(() => BuildAsync(product, folder));
    private readonly Lazy<Task<string>> nextVersion = new(() => BuildNextAsync(folder));

    /// <summary>The version after this one; its programs know that they are.</summary>
    public const string Next = "0.2.0";

    /// <summary>This version's.</summary>
    public Task<string> ThisAsync() => thisVersion.Value;

    /// <summary>The next version's: the same sources, compiled as such.</summary>
    public Task<string> NextAsync() => nextVersion.Value;

    /// <summary>Builds one of a program folder.</summary>
    public static async Task<string> BuildAsync(string programs, string folder)
    {
        await using var product = await Product.OfAsync(Tools.Root, programs, CancellationToken.None);
        var files = ProductFolder.Read(product.Folder);
        var path = Path.Combine(Directory.CreateDirectory(folder).FullName, $"Gateway-{product.Version}.msi");
        var codes = await Package.BuildAsync(Tools.Root, product.Version, product.Folder, files, path, CancellationToken.None);
        await ReadBack.CheckAsync(path, product.Version, files, codes, CancellationToken.None);
        return path;
    }

    private static async Task<string> BuildNextAsync(string folder)
    {
        var programs = Path.Combine(folder, "next");
        foreach (var project in (string[])["provisioning/Gwctl", "gateway/Gateway.Service"])
            await WineTemplate.PublishAsync(project, programs, CancellationToken.None, $"-p:Version={Next}", "--artifacts-path", Path.Combine(folder, "artifacts"));
        return await BuildAsync(programs, folder);
    }
}
