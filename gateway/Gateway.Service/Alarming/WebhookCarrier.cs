using System.Net.Http.Headers;
using Gateway.Service.Configuration;

namespace Gateway.Service.Alarming;

/// <summary>Carries alarms to a web address, as JSON. Any answer but one of success is a failure.</summary>
internal sealed class WebhookCarrier(WebhookSettings settings, string site) : IAlarmCarrier, IDisposable
{
    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = TimeSpan.FromSeconds(30) };

    public string Name => "webhook";

    public async Task CarryAsync(Alarm alarm, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.Url)
        {
            Content = JsonContent.Create(new Posted(
                alarm.Kind.Code, alarm.Kind.Severity.ToString().ToLowerInvariant(), alarm.IsCleared ? "cleared" : "raised", alarm.Subject, alarm.Text, alarm.At, site)),
        };
        if (settings.TokenFile is { } file)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(file, cancellation)).Trim());
        using var answer = await client.SendAsync(request, cancellation);
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose() => client.Dispose();

    private sealed record Posted(string Code, string Severity, string State, string Subject, string Text, DateTimeOffset At, string Site);
}
