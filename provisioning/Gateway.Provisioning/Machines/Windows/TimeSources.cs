namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// Whom the Windows Time service asks, by its registry ("Windows Time service tools and settings", Microsoft Learn): a policy's values win over the local ones,
/// and a service or a client that is switched off asks nobody.
/// </summary>
/// <param name="FromDomain">Whether the domain's hierarchy is a source.</param>
/// <param name="Servers">Servers that are named, those that are only a fallback last.</param>
internal sealed record TimeSources(bool FromDomain, IReadOnlyList<string> Servers)
{
    private const string Service = @"SYSTEM\CurrentControlSet\Services\W32Time";
    private const string Policy = @"SOFTWARE\Policies\Microsoft\W32Time";
    private const int Disabled = 4; // "QUERY_SERVICE_CONFIGW structure": SERVICE_DISABLED
    private const int FallbackOnly = 0x2;

    private static readonly TimeSources None = new(false, []);

    /// <summary>Reads them.</summary>
    public static TimeSources Of(ISystemRegistry registry)
    {
        if (registry.Value(Service, "Start") is null or Disabled || Setting(registry, @"TimeProviders\NtpClient", "Enabled") is 0)
            return None;
        var servers = (Setting(registry, "Parameters", "NtpServer") as string ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(entry => entry.Split(',')).OrderBy(entry => IsFallback(entry) ? 1 : 0).Select(entry => entry[0]).Where(name => name.Length > 0).ToList();
        return (Setting(registry, "Parameters", "Type") as string)?.ToUpperInvariant() switch
        {
            "NTP" => new(false, servers),
            "NT5DS" => new(true, []),
            "ALLSYNC" => new(true, servers),
            _ => None, // NoSync
        };
    }

    private static object? Setting(ISystemRegistry registry, string key, string name) => registry.Value($@"{Policy}\{key}", name) ?? registry.Value($@"{Service}\{key}", name);

    private static bool IsFallback(string[] entry) =>
        entry.Length > 1 && entry[1].StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        && int.TryParse(entry[1].AsSpan(2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var flags) && (flags & FallbackOnly) != 0;
}
