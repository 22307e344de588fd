using System.Security.Cryptography;

namespace Gateway.Installer.Building;

/// <summary>
/// The program folder as it is laid down: gwctl and the service in one self-contained folder with one runtime, without what only developers read. Times are one and the same: they go into the cabinet.
/// </summary>
internal static class ProductFolder
{
    private static readonly string[] Projects = ["provisioning/Gwctl", "gateway/Gateway.Service"];
    private static readonly DateTime Time = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Publishes it, compiled from nothing: what an earlier build left may bear the path of its folder.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="to">The folder, which is made.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task PublishAsync(string repository, string to, CancellationToken cancel)
    {
        // Below the repository: a path there is mapped, and the names of generated types come from it.
        var build = Path.Combine(repository, "artifacts", ".build");
        if (Directory.Exists(build))
            Directory.Delete(build, recursive: true);
        foreach (var project in Projects)
        {
            await Tool.RunAsync(
                "dotnet",
                ["publish", Path.Combine(repository, project), "-c", "Release", "-r", "win-x64", "--self-contained", "-o", to, "-v", "q", "-nodeReuse:false", "-p:ContinuousIntegrationBuild=true", "-p:DebugType=none", "-p:RunAnalyzers=false", "--artifacts-path", build],
                repository,
                cancel);
        }

        Directory.Delete(build, recursive: true);
    }

    /// <summary>Whether only developers read a file: symbols, and the documentation of members.</summary>
    /// <param name="file">The file.</param>
    public static bool IsForDevelopers(string file) => Path.GetExtension(file) is ".pdb" or ".xml";

    /// <summary>Its files, by name, each with its digest. Sets their times.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="BuildFailure">It has folders (GW8003) or lacks a program (GW8004).</exception>
    public static IReadOnlyList<ProductFile> Read(string folder)
    {
        if (Directory.EnumerateDirectories(folder).FirstOrDefault() is { } below)
            throw new BuildFailure("GW8003", $"The program folder has a folder {Path.GetFileName(below)}; the MSI lays down one flat folder.", "See which package publishes it, and give it a component of its own.");
        foreach (var program in new[] { "gwctl.exe", "Gateway.Service.exe" })
        {
            if (!File.Exists(Path.Combine(folder, program)))
                throw new BuildFailure("GW8004", $"The program folder lacks {program}.", "Publish both programs into it.");
        }

        return [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(Of)];
    }

    private static ProductFile Of(string path)
    {
        File.SetLastWriteTimeUtc(path, Time);
        using var stream = File.OpenRead(path);
        return new ProductFile(Path.GetFileName(path), stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }
}
