using System.Runtime.CompilerServices;
using Gateway.Installer.Building;
using Xunit;

namespace Gateway.Installer.Tests;

/// <summary>A program folder of three files, and the MSI of it.</summary>
internal sealed class SmallProduct : IDisposable
{
    public const string Version = "1.2.3";

    public SmallProduct(string content = "a program")
    {
        Assert.SkipWhen(new[] { "wixl", "msibuild", "x86_64-w64-mingw32-gcc", "osslsigncode" }.Any(tool => !Exists(tool)), "apt-get install wixl msitools gcc-mingw-w64-x86-64 osslsigncode");
        Folder = Directory.CreateTempSubdirectory("small-product-").FullName;
        foreach (var name in new[] { "gwctl.exe", "Gateway.Service.exe", "Gateway.Provisioning.dll" })
            File.WriteAllText(Path.Combine(Folder, name), $"{content} {name}");
        File.WriteAllText(Path.Combine(Folder, "Gateway.Service.runtimeconfig.json"), """{ "runtimeOptions": { "includedFrameworks": [ { "name": "Microsoft.NETCore.App", "version": "10.0.12" } ] } }""");
        Files = ProductFolder.Read(Folder);
    }

    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));

    public string Folder { get; }

    public string Msi => Path.Combine(Folder, "..", Path.GetFileName(Folder) + ".msi");

    public IReadOnlyList<ProductFile> Files { get; }

    public Task<PackageCodes> BuildAsync() => Package.BuildAsync(Root, Version, Folder, Files, Msi, TestContext.Current.CancellationToken);

    public Task CheckAsync(PackageCodes codes) => ReadBack.CheckAsync(Msi, Version, Files, codes, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        File.Delete(Msi);
    }

    private static bool Exists(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, tool)));

    private static string Here([CallerFilePath] string path = "") => path;
}
