using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Provisioning.Checking;

/// <summary>What checks need of the running gateway's <c>GET /health</c>. Held to what the service writes by a test of the architecture.</summary>
public sealed partial record GatewayFigures
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary><c>healthy</c> or <c>degraded</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The service's version.</summary>
    public required string Version { get; init; }

    /// <summary>When it started, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Whether sending is paused, and why.</summary>
    public required SendingFigures Sending { get; init; }

    /// <summary>What waits to be sent.</summary>
    public required IReadOnlyList<QueueFigures> Queue { get; init; }

    /// <summary>Why keys or the partner directory cannot be used; null where they can.</summary>
    public required string? PartnersProblem { get; init; }

    /// <summary>The database.</summary>
    public required DatabaseFigures Database { get; init; }

    /// <summary>Images that will not be sent again by themselves.</summary>
    public required IReadOnlyList<DeadFigures> DeadLetters { get; init; }

    /// <summary>The volumes of images and data.</summary>
    public required IReadOnlyList<VolumeFigures> Volumes { get; init; }

    /// <summary>Mail; null where nothing goes by mail.</summary>
    public required MailFigures? Mail { get; init; }

    /// <summary>Asks the gateway; null where nobody answers, or what answers is no gateway of this version.</summary>
    /// <param name="port">Its loopback port.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task<GatewayFigures?> AskAsync(int port, CancellationToken cancel)
    {
        using var client = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/health"), cancel);
            return Read(await answer.Content.ReadAsByteArrayAsync(cancel));
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or JsonException || (e is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Reads the gateway's answer.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static GatewayFigures? Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, Format.Default.GatewayFigures);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(GatewayFigures))]
    private sealed partial class Format : JsonSerializerContext;
}

/// <summary>Whether sending is paused.</summary>
/// <param name="IsPaused">Whether it is.</param>
public sealed record SendingFigures(bool IsPaused);

/// <summary>What waits to be sent to a target.</summary>
/// <param name="Priority">How urgent it is.</param>
/// <param name="Deliveries">How many deliveries wait.</param>
/// <param name="Instances">How many instances they hold.</param>
/// <param name="Oldest">When the oldest was queued, UTC.</param>
public sealed record QueueFigures(string Priority, int Deliveries, int Instances, DateTimeOffset Oldest);

/// <summary>The database.</summary>
/// <param name="IsThere">Whether it can be reached.</param>
/// <param name="LinesBehind">How many lines of the ledger it does not have yet.</param>
public sealed record DatabaseFigures(bool IsThere, long LinesBehind);

/// <summary>Dead letters of a priority.</summary>
/// <param name="Priority">How urgent they are.</param>
/// <param name="Instances">How many instances.</param>
/// <param name="Oldest">Since when the oldest is one, UTC.</param>
public sealed record DeadFigures(string Priority, int Instances, DateTimeOffset Oldest);

/// <summary>A volume.</summary>
/// <param name="Name">What lies on it: <c>images</c> or <c>data</c>.</param>
/// <param name="FreeBytes">Its free bytes.</param>
/// <param name="TotalBytes">Its size in bytes; 0 where it is gone.</param>
/// <param name="DaysUntilFull">In how many days it is full if it goes on like this; null where it does not fill, or too little is known.</param>
public sealed record VolumeFigures(string Name, long FreeBytes, long TotalBytes, double? DaysUntilFull);

/// <summary>Mail.</summary>
/// <param name="Servers">The network's servers.</param>
/// <param name="Certificate">This site's certificate; null where it needs none.</param>
/// <param name="OwnKeyUntil">From when on no key of this gateway can sign, UTC; null where that is not foreseen.</param>
/// <param name="Inbox">Mail that was fetched and is not opened yet.</param>
/// <param name="SetAside">How many mails and documents cannot be used.</param>
/// <param name="Unconfirmed">Messages whose arrival is not known.</param>
/// <param name="Partners">The partners.</param>
public sealed record MailFigures(
    IReadOnlyList<ServerFigures> Servers, CertificateFigures? Certificate, DateTimeOffset? OwnKeyUntil, WaitingFigures Inbox, int SetAside, IReadOnlyList<UnconfirmedFigures> Unconfirmed,
    IReadOnlyList<PartnerFigures> Partners);

/// <summary>A mail server.</summary>
/// <param name="Host">The server.</param>
/// <param name="SendingProblem">What was wrong when it was last sent to.</param>
/// <param name="FetchingProblem">Why its mailbox could not be asked.</param>
/// <param name="FetchedAt">When its mailbox could last be asked, UTC.</param>
/// <param name="CertificateUntil">When the certificate ends that it showed last, UTC.</param>
/// <param name="IsDistrusted">Whether that certificate is not of the network.</param>
public sealed record ServerFigures(string Host, string? SendingProblem, string? FetchingProblem, DateTimeOffset? FetchedAt, DateTimeOffset? CertificateUntil, bool IsDistrusted);

/// <summary>This site's certificate.</summary>
/// <param name="HasAny">Whether there is one whose key can be used.</param>
/// <param name="IsValid">Whether one counts now.</param>
/// <param name="Until">Until when one does without a gap, UTC.</param>
public sealed record CertificateFigures(bool HasAny, bool IsValid, DateTimeOffset Until);

/// <summary>What waits.</summary>
/// <param name="Count">How many.</param>
/// <param name="Oldest">Since when, UTC.</param>
public sealed record WaitingFigures(int Count, DateTimeOffset? Oldest);

/// <summary>Messages whose arrival is not known.</summary>
/// <param name="Priority">How urgent they are.</param>
/// <param name="Messages">How many.</param>
/// <param name="Oldest">Since when, UTC.</param>
public sealed record UnconfirmedFigures(string Priority, int Messages, DateTimeOffset Oldest);

/// <summary>A partner.</summary>
/// <param name="Partner">Its id.</param>
/// <param name="ProvedAt">When it last signed that it has images, UTC.</param>
/// <param name="Confirms">Whether it ever will.</param>
/// <param name="KeyUntil">From when on it has no key that can be written to, UTC.</param>
public sealed record PartnerFigures(string Partner, DateTimeOffset? ProvedAt, bool Confirms, DateTimeOffset? KeyUntil);
