using System.Globalization;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// Whether Windows enforces a firewall rule: <c>EnforcementStatus</c> of a rule of the active store, an array of codes ("MSFT_NetFirewallRule class", Microsoft Learn).
/// A code that is not known to be harmless means that the rule has no effect.
/// </summary>
internal static class EnforcementStatus
{
    // The code is the position.
    private static readonly string[] Names =
    [
        "Invalid", "Full", "FirewallOffInProfile", "CategoryOff", "DisabledObject", "InactiveProfile", "LocalAddressResolutionEmpty", "RemoteAddressResolutionEmpty",
        "LocalPortResolutionEmpty", "RemotePortResolutionEmpty", "InterfaceResolutionEmpty", "ApplicationResolutionEmpty", "RemoteMachineEmpty", "RemoteUserEmpty",
        "LocalGlobalOpenPortsDisallowed", "LocalAuthorizedApplicationsDisallowed", "LocalFirewallRulesDisallowed", "LocalConsecRulesDisallowed", "NotTargetPlatform",
        "OptimizedOut", "LocalUserEmpty", "TransportMachinesEmpty", "TunnelMachinesEmpty", "TupleResolutionEmpty",
    ];

    // A firewall that is off, a rule that is switched off and a profile that nobody is in are facts of their own and compared as such.
    private static readonly string[] Harmless = ["Full", "FirewallOffInProfile", "DisabledObject", "InactiveProfile"];

    // How the module's type file words it where Windows says nothing, and that all is well.
    private static readonly string[] SaysNothing = ["NotApplicable", "Enforced"];

    /// <summary>Why a rule is not enforced, names with their codes, or null when it is.</summary>
    /// <param name="codes">The codes, each as a number or as its name.</param>
    public static string? WhyNot(IEnumerable<string> codes)
    {
        var reasons = codes.Select(Worded).Where(reason => reason is not null).Distinct().ToList();
        return reasons.Count == 0 ? null : string.Join(", ", reasons);
    }

    private static string? Worded(string code)
    {
        var number = int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : Array.FindIndex(Names, name => Same(name, code));
        var name = number >= 0 && number < Names.Length ? Names[number] : null;
        return Harmless.Contains(name) || SaysNothing.Any(word => Same(word, code)) ? null
            : name is null ? $"unknown status {code}"
            : $"{name} ({number})";
    }

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
