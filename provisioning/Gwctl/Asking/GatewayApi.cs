using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;

namespace Gwctl.Asking;

/// <summary>Asks the running gateway on its loopback API, with the token that lies in its data folder.</summary>
internal sealed class GatewayApi : IDisposable
{
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Uri address;

    private GatewayApi(Uri address, string token)
    {
        this.address = address;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Reads the token.</summary>
    /// <param name="appliance">Names data folder and port.</param>
    /// <param name="root">The directory of a rehearsed machine; null for this computer.</param>
    /// <exception cref="RefusedException">There is none, or it may not be read (GW7101).</exception>
    public static GatewayApi Of(Appliance appliance, string? root)
    {
        var folder = Built.Of(root, appliance.Gateway.DataFolder);
        try
        {
            return new GatewayApi(new Uri($"http://127.0.0.1:{appliance.Gateway.HealthPort}/api/"), File.ReadAllText(Path.Combine(folder, "api.token")));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(Diagnostic.Error("GW7101", $"The gateway's token in {folder} cannot be read: {failure.Message}", "Start the gateway, and run this as administrator."));
        }
    }

    /// <summary>Gets a list.</summary>
    /// <exception cref="RefusedException">The gateway refuses it, and says why; or it does not know this list (GW7111).</exception>
    public async Task<JsonArray> GetAsync(string what, CancellationToken cancel)
    {
        using var answer = await SendAsync(HttpMethod.Get, what, cancel);
        return answer.StatusCode == HttpStatusCode.NotFound ? throw NoSuchThing(what) : (await answer.Content.ReadFromJsonAsync<JsonArray>(cancel))!;
    }

    /// <summary>Gets one thing; null where there is no such thing.</summary>
    public async Task<JsonObject?> FindAsync(string what, CancellationToken cancel)
    {
        using var answer = await SendAsync(HttpMethod.Get, what, cancel);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await answer.Content.ReadFromJsonAsync<JsonObject>(cancel);
    }

    /// <summary>Gets a document.</summary>
    public async Task<JsonObject> GetObjectAsync(string what, CancellationToken cancel)
    {
        using var answer = await SendAsync(HttpMethod.Get, what, cancel);
        return (await answer.Content.ReadFromJsonAsync<JsonObject>(cancel))!;
    }

    /// <summary>Asks for something to be done; null where there is no such thing.</summary>
    public async Task<JsonObject?> PostAsync(string what, CancellationToken cancel)
    {
        using var answer = await SendAsync(HttpMethod.Post, what, cancel);
        return answer.StatusCode == HttpStatusCode.NotFound ? null
            : answer.StatusCode == HttpStatusCode.Accepted ? []
            : await answer.Content.ReadFromJsonAsync<JsonObject>(cancel);
    }

    /// <summary>Sends a file's content for something to be done with it.</summary>
    /// <exception cref="RefusedException">The gateway refuses it, and says why; or it does not know what to do (GW7111).</exception>
    public async Task<JsonNode> SendAsync(string what, byte[] file, CancellationToken cancel) => await FindBySendingAsync(what, file, cancel) ?? throw NoSuchThing(what);

    /// <summary>Sends a file's content for something to be done with it; null where there is nothing that it could be done to.</summary>
    /// <exception cref="RefusedException">The gateway refuses it, and says why.</exception>
    public async Task<JsonNode?> FindBySendingAsync(string what, byte[] file, CancellationToken cancel)
    {
        using var content = new ByteArrayContent(file);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, what)) { Content = content };
        using var answer = await AskAsync(request, cancel);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await answer.Content.ReadFromJsonAsync<JsonNode>(cancel);
    }

    public void Dispose() => client.Dispose();

    // Null where it is not the gateway that refuses, but the server it runs in.
    private static async Task<JsonArray?> ReasonsAsync(HttpResponseMessage answer, CancellationToken cancel) =>
        answer.Content.Headers.ContentType?.MediaType == "application/json" ? await answer.Content.ReadFromJsonAsync<JsonArray>(cancel) : null;

    // One error names them all: whoever mends the file mends them together.
    private static RefusedException Refusal(JsonArray problems) => new(Diagnostic.Error(
        (string)problems[0]!["code"]!, string.Join("; ", problems.Select(one => $"found {one!["found"]}, allowed: {one["allowed"]}")), "Mend it, and try once more."));

    private static RefusedException NoSuchThing(string what) => new(Diagnostic.Error(
        "GW7111", $"This gateway does not know '{what.Split('?')[0]}'.", "It is another version than this gwctl: run the gwctl that lies beside it."));

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string what, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, what));
        return await AskAsync(request, cancel);
    }

    private async Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            var answer = await client.SendAsync(request, cancel);
            if (answer.StatusCode == HttpStatusCode.BadRequest && await ReasonsAsync(answer, cancel) is { } reasons)
                throw Refusal(reasons);
            return answer.IsSuccessStatusCode || answer.StatusCode is HttpStatusCode.NotFound
                ? answer
                : throw new RefusedException(Diagnostic.Error("GW7102", $"The gateway answers {(int)answer.StatusCode}.", "Its token is made anew at each start: try once more; then look at its log."));
        }
        catch (HttpRequestException failure)
        {
            throw new RefusedException(Diagnostic.Error("GW7103", $"The gateway does not answer at {address}: {failure.Message}.", "See whether its service runs: gwctl status; the gateway's log says why it does not."));
        }
    }
}
