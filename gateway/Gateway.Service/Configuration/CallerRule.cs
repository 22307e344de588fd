using System.Net;
using Gateway.Dicom.Identifiers;
using Gateway.Service.Securing;

namespace Gateway.Service.Configuration;

/// <summary>One application entity that may call, and where from.</summary>
/// <param name="AeTitle">Its title.</param>
/// <param name="Networks">Its addresses; a single one is a network of one.</param>
internal sealed record CallerRule(AeTitle AeTitle, IReadOnlyList<IPNetwork> Networks)
{
    /// <summary>How many operations it may have outstanding (PS3.7 annex D.3.3.3).</summary>
    public int MaximumOperations { get; init; } = 1;

    /// <summary>Where the user that it must be is named; null where it may be anybody.</summary>
    public UserFiles? UserFiles { get; init; }

    /// <summary>The user that it must be; null where it may be anybody.</summary>
    public RequiredUser? User { get; init; }

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
