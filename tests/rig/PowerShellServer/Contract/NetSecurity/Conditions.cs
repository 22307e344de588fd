using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Rig.PowerShellServer.Contract.NetSecurity;

/// <summary>What a rule's address, port and protocol conditions may be, and how Windows gives them back.</summary>
public static class Conditions
{
    // "New-NetFirewallRule", -RemoteAddress: keywords, each also with 4 or 6 at its end.
    private static readonly HashSet<string> RemoteKeywords = new(
        ["LocalSubnet", "DNS", "DHCP", "WINS", "DefaultGateway", "Internet", "Intranet", "IntranetRemoteAccess", "PlayToDevice"],
        StringComparer.OrdinalIgnoreCase);

    // "New-NetFirewallRule", -LocalPort and -RemotePort: keywords.
    private static readonly HashSet<string> PortKeywords = new(
        ["Any", "RPC", "RPCEPMap", "Teredo", "IPHTTPSIn", "IPHTTPSOut", "PlayToDiscovery"], StringComparer.OrdinalIgnoreCase);

    /// <summary>An address as the filter gives it back, or null for what is no address: a host name among others.</summary>
    public static string? Address(string text, bool remote)
    {
        if (text.Equals("Any", StringComparison.OrdinalIgnoreCase)) return "Any";
        if (remote && RemoteKeywords.FirstOrDefault(keyword => IsKeyword(text, keyword)) is { } found) return found + text[found.Length..];
        if (text.Split('-') is [var from, var to])
            return Single(from) is { } first && Single(to) is { } last && first.AddressFamily == last.AddressFamily ? $"{first}-{last}" : null;
        if (text.Split('/') is [var network, var mask]) return Single(network) is { } address ? Subnet(address, mask) : null;
        return Single(text)?.ToString();
    }

    /// <summary>A protocol as the filter gives it back, or null for what is none ("New-NetFirewallRule", -Protocol).</summary>
    public static string? Protocol(string text) => text.ToUpperInvariant() switch
    {
        "ANY" => "Any",
        "TCP" or "6" => "TCP",
        "UDP" or "17" => "UDP",
        "ICMPV4" or "1" => "ICMPv4",
        "ICMPV6" or "58" => "ICMPv6",
        var number when byte.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) => value.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>Whether a port condition fits the protocol: numbers and ranges need TCP or UDP ("New-NetFirewallRule", -Protocol).</summary>
    public static bool IsPort(string text, string protocol)
    {
        if (PortKeywords.Contains(text)) return true;
        var ends = text.Split('-');
        return protocol is "TCP" or "UDP" && ends.Length <= 2
            && ends.All(end => ushort.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            && (ends.Length == 1 || ushort.Parse(ends[0], CultureInfo.InvariantCulture) <= ushort.Parse(ends[1], CultureInfo.InvariantCulture));
    }

    private static bool IsKeyword(string text, string keyword) =>
        text.StartsWith(keyword, StringComparison.OrdinalIgnoreCase) && text[keyword.Length..] is "" or "4" or "6";

    private static IPAddress? Single(string text) =>
        IPAddress.TryParse(text, out var address) && !text.Contains('%', StringComparison.Ordinal)
            && (address.AddressFamily == AddressFamily.InterNetworkV6 || text.Count(character => character == '.') == 3)
            ? address : null;

    // An IPv4 subnet comes back with its mask written out, whichever way it was given: the reason why the DSC resource Firewall of
    // NetworkingDsc converts what is wanted before it compares ("Convert-CIDRToSubhetMask" there). IPv6 keeps its prefix length.
    private static string? Subnet(IPAddress address, string mask)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return byte.TryParse(mask, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length is > 0 and <= 128 ? $"{address}/{length}" : null;
        if (byte.TryParse(mask, NumberStyles.None, CultureInfo.InvariantCulture, out var bits))
            return bits is > 0 and <= 32 ? Written(address, bits == 32 ? uint.MaxValue : ~(uint.MaxValue >> bits)) : null;
        return Single(mask) is { AddressFamily: AddressFamily.InterNetwork } dotted ? Written(address, Number(dotted)) : null;
    }

    private static string? Written(IPAddress address, uint mask) => (~mask & (~mask + 1)) == 0
        ? $"{Dotted(Number(address) & mask)}/{Dotted(mask)}"
        : null;

    private static uint Number(IPAddress address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    private static IPAddress Dotted(uint number)
    {
        var bytes = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }
}
