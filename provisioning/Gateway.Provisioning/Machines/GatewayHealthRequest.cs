using System.Net.Sockets;
using System.Text.Json;
using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Machines;

/// <summary>Asks a running gateway for its health, on loopback.</summary>
internal static class GatewayHealthRequest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What it says, or null when nobody answers.</summary>
    public static async Task<GatewayHealthState?> SendAsync(int port, CancellationToken cancel)
    {
        using var client = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/health"), cancel);
            using var body = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancel));
            var root = body.RootElement;
            var web = root.GetProperty("webClient");
            return new GatewayHealthState(
                root.GetProperty("status").GetString()!,
                root.GetProperty("version").GetString()!,
                root.GetProperty("aeTitle").GetString()!,
                web.GetProperty("served").GetBoolean(),
                [.. web.GetProperty("testedBrowsers").EnumerateArray().Select(b => b.GetString()!)],
                web.GetProperty("clientMemoryBytes") is { ValueKind: JsonValueKind.Number } bytes ? bytes.GetInt64() : null,
                root.GetProperty("processId").GetInt32(),
                root.GetProperty("startedAt").GetDateTimeOffset(),
                root.TryGetProperty("kept", out var kept) ? kept.Deserialize<KeptState>(JsonSerializerOptions.Web) : null,
                root.TryGetProperty("functionChecks", out var checks) ? checks.Deserialize<IReadOnlyList<LineCheckState>>(JsonSerializerOptions.Web) : null);
        }
        // A service that starts tries its port and lets it go again: a connection that it meets then ends in a SocketException of its own.
        catch (Exception e) when (e is HttpRequestException or SocketException or JsonException or KeyNotFoundException || (e is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            return null;
        }
    }
}
