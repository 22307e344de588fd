using System.Net;
using Gateway.Dicom.Identifiers;

namespace Gateway.Service.Configuration;

/// <summary>One application entity that may call, and where from.</summary>
/// <param name="AeTitle">Its title.</param>
/// <param name="Networks">Its addresses; a single one is a network of one.</param>
internal sealed record CallerRule(AeTitle AeTitle, IReadOnlyList<IPNetwork> Networks)
{
    /// <summary>Whether the rule admits a caller; an IPv4 address inside IPv6 counts as IPv4.</summary>
    public bool Admits(AeTitle caller, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return caller == AeTitle && Networks.Any(network => network.Contains(plain));
    }

    /// <summary>Reads an address or a network.</summary>
    public static bool TryParseNetwork(string text, out IPNetwork network)
    {
        if (!text.Contains('/', StringComparison.Ordinal) && IPAddress.TryParse(text, out var address))
        {
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }

        return IPNetwork.TryParse(text, out network);
    }
}
