using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Service.Probing;

/// <summary>
/// What this program saw of a server: one line of JSON on standard output, read by provisioning, which judges it. Facts only: whether a certificate is to be trusted is for whoever
/// holds the pinned authority.
/// </summary>
internal sealed record ProbeReport
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    /// <summary>Version of this form, 2.</summary>
    public int Format { get; init; } = 2;

    /// <summary>The server, <c>HOST:PORT/tcp|starttls|tls</c>.</summary>
    public required string Server { get; init; }

    /// <summary>The account that the program ran as.</summary>
    public required string Account { get; init; }

    /// <summary>Whether a connection came about.</summary>
    public bool Connected { get; init; }

    /// <summary>The negotiated protocol (<c>TLS 1.3</c>), or null.</summary>
    public string? Tls { get; init; }

    /// <summary>The certificates that the server sent, its own first, DER in base64.</summary>
    public IReadOnlyList<string> Chain { get; init; } = [];

    /// <summary>Whether the server's certificate is issued to the host; null when none was seen.</summary>
    public bool? NameMatches { get; init; }

    /// <summary>Whether the server asked for a client certificate.</summary>
    public bool Asked { get; init; }

    /// <summary>Whether there was a client certificate to offer, with a private key that this account may use.</summary>
    public bool Offered { get; init; }

    /// <summary>What went wrong, or null.</summary>
    public ProbeFailure? Failure { get; init; }

    /// <summary>What went wrong in the system's own words, or null.</summary>
    public string? Detail { get; init; }

    /// <summary>The JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Form) + Environment.NewLine;
}

/// <summary>What can go wrong.</summary>
internal enum ProbeFailure
{
    /// <summary>The name has no address.</summary>
    Unresolved,

    /// <summary>This machine itself forbids the connection: its firewall or its virus scanner.</summary>
    Forbidden,

    /// <summary>The host, or something on the way, refused the connection.</summary>
    Refused,

    /// <summary>No connection came about, for another reason.</summary>
    Connection,

    /// <summary>The server did not answer in time.</summary>
    TimedOut,

    /// <summary>The server does not speak SMTP, or refused.</summary>
    Dialogue,

    /// <summary>The server offers no STARTTLS.</summary>
    NoStartTls,

    /// <summary>The handshake failed.</summary>
    Handshake,

    /// <summary>The server closed the connection after the handshake.</summary>
    ClosedAfterHandshake,
}
