using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>One prepared prefix for all scenarios: the product and the rig's PowerShell published for Windows, a Windows Server 2022 made by Wine. Each scenario copies it.</summary>
public sealed class PreparedWine : IAsyncLifetime
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"gateway-wine-{Guid.NewGuid():N}");

    /// <summary>Why there is no Wine here, or null.</summary>
    public string? Missing { get; private set; }

    /// <summary>The product as an installer would lay it down: one folder, one runtime, two executables.</summary>
    public string Product => Path.Combine(folder, "product");

    internal string Template => Path.Combine(folder, "template");

    public async ValueTask InitializeAsync()
    {
        Missing = !Tools.Exists("wine") ? "Wine is not installed (apt-get install wine wine64)"
            : Environment.UserName != "root" ? "drives of exact size are tmpfs mounts, and only root mounts"
            : null;
        if (Missing is not null)
            return;
        var cancel = CancellationToken.None;
        await PublishAsync("provisioning/Gwctl", Product, cancel);
        await PublishAsync("gateway/Gateway.Service", Product, cancel);
        await PublishAsync("tests/rig/PowerShellServer", Path.Combine(folder, "powershell"), cancel);
        await Tools.MustAsync(Tools.Rig("prepare-prefix"), [Template, Path.Combine(folder, "powershell")], cancel);
    }

    public ValueTask DisposeAsync()
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static Task PublishAsync(string project, string to, CancellationToken cancel) =>
        Tools.MustAsync("dotnet", ["publish", Path.Combine(Tools.Root, project), "-c", "Release", "-r", "win-x64", "--self-contained", "-o", to, "-v", "q", "-nodeReuse:false", "-p:RunAnalyzers=false"], cancel);
}
