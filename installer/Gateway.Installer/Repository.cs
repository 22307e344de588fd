namespace Gateway.Installer;

/// <summary>The repository that is built: the one that the current folder is in.</summary>
internal static class Repository
{
    /// <summary>Its root.</summary>
    /// <exception cref="BuildFailure">The current folder is in none (GW8006).</exception>
    public static string Find()
    {
        for (var at = Environment.CurrentDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "Gateway.sln")))
                return at;
        }

        throw new BuildFailure("GW8006", $"{Environment.CurrentDirectory} is not in the product's repository.", "Run it from there.");
    }
}
