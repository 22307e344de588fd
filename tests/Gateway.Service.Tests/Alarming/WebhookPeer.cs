using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;

namespace Gateway.Service.Tests.Alarming;

/// <summary>A web address that alarms are posted to. It lets nobody in who does not show its token.</summary>
internal sealed class WebhookPeer : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly Task serving;
    private int refusals;

    public WebhookPeer(int port, string token, int refusals = 0)
    {
        this.refusals = refusals;
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        serving = ServeAsync($"Bearer {token}");
    }

    public ConcurrentQueue<JsonObject> Posts { get; } = [];

    /// <summary>Waits until so many posts came.</summary>
    public async Task<IReadOnlyList<JsonObject>> HasAsync(int count, CancellationToken cancellation)
    {
        while (Posts.Count < count)
            await Task.Delay(50, cancellation);
        return [.. Posts];
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await serving;
        listener.Close();
    }

    private async Task ServeAsync(string authorization)
    {
        while (listener.IsListening)
        {
            try
            {
                var context = await listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                var body = await reader.ReadToEndAsync();
                if (context.Request.Headers["Authorization"] != authorization)
                    context.Response.StatusCode = 401;
                else if (refusals-- > 0)
                    context.Response.StatusCode = 503;
                else
                    Posts.Enqueue(JsonNode.Parse(body)!.AsObject());
                context.Response.Close();
            }
            catch (Exception failure) when (failure is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
