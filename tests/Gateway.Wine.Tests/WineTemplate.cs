namespace Gateway.Wine.Tests;

/// <summary>What every scenario copies: the product and the rig's PowerShell published for Windows, and a Windows Server 2022 made by Wine.</summary>
public class WineTemplate : IDisposable
{

    /// <summary>Where all of it lies.</summary>
    protected string Folder { get; } = Path.Combine(Path.GetTempPath(), $"gateway-wine-{Guid.NewGuid():N}");

    /// <summary>Why there is no Wine here, or null.</summary>
    public string? Missing { get; } = !Tools.Exists("wine") ? "Wine is not installed (apt-get install wine wine64)"
        : !File.Exists("/usr/sbin/mariadbd") || !Tools.Exists("x86_64-w64-mingw32-gcc") || !Tools.Exists("wixl") || !Tools.Exists("zip") || !Tools.Exists("msibuild") ? "payloads and MSI cannot be built (apt-get install mariadb-server-core gcc-mingw-w64-x86-64 wixl msitools zip)"
        : Environment.UserName != "root" ? "drives of exact size are tmpfs mounts, and only root mounts"
        : null;

    /// <summary>The product as an installer would lay it down: one folder, one runtime, two executables.</summary>
    public string Product => Path.Combine(Folder, "product");

    /// <summary>The third-party payloads: MariaDB and the monitoring agent, as far as they can be had here.</summary>
    internal string Payloads => Path.Combine(Folder, "payloads");

    internal string Prefix => Path.Combine(Folder, "template");

    /// <summary>Publishes and prepares; takes half a minute.</summary>
    public async Task PrepareAsync(CancellationToken cancel)
    {
        await PublishAsync("provisioning/Gwctl", Product, cancel);
        await PublishAsync("gateway/Gateway.Service", Product, cancel);
        await PublishAsync("tests/rig/PowerShellServer", Path.Combine(Folder, "powershell"), cancel);
        await Tools.MustAsync(Path.Combine(Tools.Root, "tests", "rig", "packages", "build-payloads"), [Payloads], cancel);
        await Tools.MustAsync(Tools.Rig("prepare-prefix"), [Prefix, Path.Combine(Folder, "powershell")], cancel);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Deletes it.</summary>
    /// <param name="disposing">Always true.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Publishes a program for Windows.</summary>
    internal static Task PublishAsync(string project, string to, CancellationToken cancel, params string[] more) =>
        Tools.MustAsync("dotnet", ["publish", Path.Combine(Tools.Root, project), "-c", "Release", "-r", "win-x64", "--self-contained", "-o", to, "-v", "q", "-nodeReuse:false", "-p:RunAnalyzers=false", .. more], cancel);
}
