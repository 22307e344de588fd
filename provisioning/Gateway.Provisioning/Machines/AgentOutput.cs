using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Machines;

/// <summary>What the monitoring agent says of itself and sends ("The Checkmk agent" and "Agent controller", Checkmk documentation; the controller's source has the fields of its status).</summary>
internal static partial class AgentOutput
{
    /// <summary>An agent that is not there.</summary>
    public static MonitoringState None { get; } = new(Registered: false, Server: null, Encrypted: false, Sections: [], LocalChecks: []);

    /// <summary>The agent's state from its own words.</summary>
    /// <param name="status">Output of <c>cmk-agent-ctl status --json</c>.</param>
    /// <param name="dump">Output of <c>cmk-agent-ctl dump</c>: what it sends.</param>
    /// <exception cref="JsonException">The status is not the controller's.</exception>
    public static MonitoringState Read(string status, string dump)
    {
        var told = JsonSerializer.Deserialize<Status>(status, Format) ?? throw new JsonException("null");
        var with = told.Connections.OrderBy(c => c.SiteId is null).FirstOrDefault();
        return new MonitoringState(
            Registered: with is not null,
            Server: with is { SiteId: { } site, ReceiverPort: { } port } ? $"{site.Split('/')[0]}:{port}" : null,
            Encrypted: !told.AllowLegacyPull,
            Sections: SectionsOf(dump),
            LocalChecks: LocalChecksOf(dump));
    }

    /// <summary>The sections that are not empty: <c>&lt;&lt;&lt;name&gt;&gt;&gt;</c> or <c>&lt;&lt;&lt;name:option(value)&gt;&gt;&gt;</c>, then lines. A header alone sends nothing.</summary>
    /// <param name="dump">What the agent sends.</param>
    internal static IReadOnlyList<string> SectionsOf(string dump) => [.. Lines(dump).Select(line => line.Section).Distinct()];

    /// <summary>The names of local checks: <c>STATE NAME PERFORMANCE TEXT</c>, the name bare or in quotes, <c>cached(…)</c> before it where it is cached ("Local checks").</summary>
    /// <param name="dump">What the agent sends.</param>
    internal static IReadOnlyList<string> LocalChecksOf(string dump) =>
        [.. Lines(dump).Where(line => line.Section == "local").Select(line => Check().Match(line.Text)).Where(m => m.Success).Select(m => m.Groups["quoted"].Success ? m.Groups["quoted"].Value : m.Groups["bare"].Value).Distinct()];

    private static JsonSerializerOptions Format { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    private static IEnumerable<(string Section, string Text)> Lines(string dump)
    {
        var section = "";
        foreach (var line in dump.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0))
        {
            if (Header().Match(line) is { Success: true } header)
                section = header.Groups["name"].Value;
            else if (section.Length > 0)
                yield return (section, line);
        }
    }

    // <<<<host>>>> is data about another host, <<<>>> ends a section.
    [GeneratedRegex(@"^<<<(?<name>[A-Za-z0-9_.-]*)(:[^>]*)?>>>$")]
    private static partial Regex Header();

    [GeneratedRegex("""^(cached\(\d+,\d+\) )?[0123P] ("(?<quoted>[^"]+)"|'(?<quoted>[^']+)'|(?<bare>\S+)) """)]
    private static partial Regex Check();

    private sealed record Status(bool AllowLegacyPull, IReadOnlyList<Connection> Connections);

    private sealed record Connection(string? SiteId = null, int? ReceiverPort = null);
}
