using System.Globalization;
using System.Net;

namespace Gateway.Service.Probing;

/// <summary>A server to probe: <c>HOST:PORT/tcp|starttls|tls</c>, with <c>@ADDRESS:PORT</c> behind it where it is found there and not where its name says.</summary>
/// <param name="Host">The host that its certificate must be issued to.</param>
/// <param name="Port">Its port.</param>
/// <param name="Kind">What is done after connecting.</param>
/// <param name="At">Where it is, in place of what its name resolves to; null to resolve.</param>
internal sealed record ProbeTarget(string Host, int Port, ProbeKind Kind, IPEndPoint? At)
{
    /// <summary>Reads one; null when it is none.</summary>
    /// <param name="text">The text.</param>
    public static ProbeTarget? Read(string text)
    {
        var (server, place) = Cut(text, text.LastIndexOf('@'));
        var (address, word) = Cut(server, server.LastIndexOf('/'));
        var (host, portText) = Cut(address, address.LastIndexOf(':'));
        IPEndPoint? at = null;
        ProbeKind? kind = word switch { "tcp" => ProbeKind.Tcp, "starttls" => ProbeKind.StartTls, "tls" => ProbeKind.Tls, _ => null };
        return kind is not null
            && Uri.CheckHostName(host) != UriHostNameType.Unknown
            && ushort.TryParse(portText, CultureInfo.InvariantCulture, out var port) && port > 0
            && (place is null || (IPEndPoint.TryParse(place, out at) && at.Port > 0))
            ? new ProbeTarget(host, port, kind.Value, at)
            : null;
    }

    private static (string Before, string? Behind) Cut(string text, int at) => at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);

    /// <summary>As it is given, without the place.</summary>
    public override string ToString() => $"{Host}:{Port}/{Kind.ToString().ToLowerInvariant()}";
}
