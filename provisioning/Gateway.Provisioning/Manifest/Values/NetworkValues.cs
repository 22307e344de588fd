using System.Net;
using System.Text.RegularExpressions;

namespace Gateway.Provisioning.Manifest.Values;

/// <summary>A host name (RFC 1123) or an IP address.</summary>
public readonly partial record struct HostName : ITextValue<HostName>
{
    private HostName(string text) => Text = text;

    /// <inheritdoc/>
    public static string Pattern => @"^[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?$";

    /// <inheritdoc/>
    public static string Allowed => "a host name or an IP address";

    /// <inheritdoc/>
    public string Text { get; }

    /// <inheritdoc/>
    public static bool TryRead(string text, out HostName value)
    {
        value = new HostName(text.ToLowerInvariant());
        return Name().IsMatch(text) || IPAddress.TryParse(text, out _);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    [GeneratedRegex(@"^(?=.{1,253}\z)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\z")]
    private static partial Regex Name();
}

/// <summary>Ports of a firewall rule: one port or a range (<c>995</c>, <c>49152-65535</c>).</summary>
public readonly partial record struct PortRange : ITextValue<PortRange>
{
    private PortRange(int from, int to) => (From, To) = (from, to);

    /// <inheritdoc/>
    public static string Pattern => "^[0-9]{1,5}(-[0-9]{1,5})?$";

    /// <inheritdoc/>
    public static string Allowed => "a port from 1 to 65535, or a range such as 49152-65535";

    /// <summary>First port.</summary>
    public int From { get; }

    /// <summary>Last port, the first one when it is a single port.</summary>
    public int To { get; }

    /// <inheritdoc/>
    public string Text => From == To ? $"{From}" : $"{From}-{To}";

    /// <summary>Reads a range that is known to be valid.</summary>
    /// <param name="text">The range.</param>
    /// <exception cref="FormatException">The text is not a range of ports.</exception>
    public static PortRange Of(string text) => TryRead(text, out var value) ? value : throw new FormatException($"'{text}' is not {Allowed}");

    /// <inheritdoc/>
    public static bool TryRead(string text, out PortRange value)
    {
        value = default;
        var match = Form().Match(text);
        if (!match.Success)
            return false;
        var from = int.Parse(match.Groups[1].Value);
        var to = match.Groups[2].Success ? int.Parse(match.Groups[2].Value) : from;
        value = new PortRange(from, to);
        return from is > 0 and <= 65535 && to >= from && to <= 65535;
    }

    /// <summary>Whether the port lies in the range.</summary>
    /// <param name="port">A port.</param>
    public bool Contains(int port) => port >= From && port <= To;

    /// <summary>Whether the other range lies in this one.</summary>
    /// <param name="other">A range.</param>
    public bool Contains(PortRange other) => Contains(other.From) && Contains(other.To);

    /// <inheritdoc/>
    public override string ToString() => Text;

    [GeneratedRegex(@"^([0-9]{1,5})(?:-([0-9]{1,5}))?\z")]
    private static partial Regex Form();
}

/// <summary>A firewall rule's remote address: an IP address, a network in CIDR form, a range, or one of Windows' keywords. Never a host name: Windows' rules take none.</summary>
public readonly record struct RemoteAddress : ITextValue<RemoteAddress>
{
    private static readonly string[] Keywords = ["Any", "LocalSubnet", "DNS", "DHCP", "WINS", "DefaultGateway", "Internet", "Intranet"];

    private RemoteAddress(string text) => Text = text;

    /// <inheritdoc/>
    public static string Pattern => "^(Any|LocalSubnet|DNS|DHCP|WINS|DefaultGateway|Internet|Intranet|[0-9A-Fa-f.:]+(/[0-9]{1,3}|-[0-9A-Fa-f.:]+)?)$";

    /// <inheritdoc/>
    public static string Allowed => "an IP address, a network such as 10.1.0.0/16, a range such as 10.1.0.5-10.1.0.9, or " + string.Join(", ", Keywords);

    /// <inheritdoc/>
    public string Text { get; }

    /// <summary>Whether it is an address or a network, and neither a range nor a word of the firewall's.</summary>
    public bool IsOneOrSubnet => IPAddress.TryParse(Text, out _) || IPNetwork.TryParse(Text, out _);

    /// <inheritdoc/>
    public static bool TryRead(string text, out RemoteAddress value)
    {
        var keyword = Array.Find(Keywords, k => k.Equals(text, StringComparison.OrdinalIgnoreCase));
        value = new RemoteAddress(keyword ?? text);
        if (keyword is not null || IPAddress.TryParse(text, out _) || IPNetwork.TryParse(text, out _))
            return true;
        var ends = text.Split('-');
        return ends.Length == 2 && ends.All(end => IPAddress.TryParse(end, out _));
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>An IP address or a network in CIDR form.</summary>
public readonly record struct AddressRange : ITextValue<AddressRange>
{
    private AddressRange(string text) => Text = text;

    /// <inheritdoc/>
    public static string Pattern => "^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$";

    /// <inheritdoc/>
    public static string Allowed => "an IP address or a network such as 10.1.0.0/16";

    /// <inheritdoc/>
    public string Text { get; }

    /// <inheritdoc/>
    public static bool TryRead(string text, out AddressRange value)
    {
        value = new AddressRange(text);
        return IPAddress.TryParse(text, out _) || IPNetwork.TryParse(text, out _);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
