using System.Globalization;

namespace Gateway.Rig.PowerShellServer.State;

/// <summary>What goes wrong on demand: the union of the state file's <c>faults</c> and the comma list of GATEWAY_RIG_FAULTS.</summary>
public sealed class Faults
{
    /// <summary>The environment variable with the comma list.</summary>
    public const string Variable = "GATEWAY_RIG_FAULTS";

    /// <summary>Group policy forbids local firewall rules: they exist and have no effect.</summary>
    public const string LocalRulesDisallowed = "firewall-policy-disallows-local-rules";

    /// <summary>Every change is refused, as for a user who is no administrator; reading works.</summary>
    public const string AccessDenied = "access-denied";

    /// <summary>Defender's tamper protection of exclusions: changes appear to succeed and change nothing.</summary>
    public const string TamperProtection = "tamper-protection";

    /// <summary>Policy ignores Defender's local lists: they are kept, and what is read is what policy lists.</summary>
    public const string NoLocalMerge = "defender-policy-no-local-merge";

    /// <summary>Every call takes three seconds, or as many as stand behind a colon: <c>slow:10</c>.</summary>
    public const string Slow = "slow";

    /// <summary>Policy restricts the session's language; decided when a session starts.</summary>
    public const string ConstrainedLanguage = "constrained-language";

    /// <summary>Values come as the module's type file shows them (enumerations, a single port as text) instead of as CIM integers.</summary>
    public const string DisplayValues = "display-values";

    /// <summary>A German Windows: the messages of errors are German, their ids and categories are the same.</summary>
    public const string German = "german";

    private readonly HashSet<string> _names;

    private Faults(IEnumerable<string> names) => _names = new(names, StringComparer.OrdinalIgnoreCase);

    /// <summary>How long a call waits before it answers.</summary>
    public TimeSpan Delay => _names.FirstOrDefault(name => name.StartsWith(Slow, StringComparison.OrdinalIgnoreCase)) switch
    {
        null => TimeSpan.Zero,
        var name when name.Split(':') is [_, var seconds] => TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)),
        _ => TimeSpan.FromSeconds(3),
    };

    /// <summary>The faults in force now; a state that cannot be read yet asks for none.</summary>
    public static Faults InForce()
    {
        var environment = (Environment.GetEnvironmentVariable(Variable) ?? string.Empty)
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var hasState = Environment.GetEnvironmentVariable(RigState.Variable) is { Length: > 0 };
        return new(hasState ? [.. environment, .. RigState.FromEnvironment().Faults()] : environment);
    }

    /// <summary>Whether a module is absent: fault <c>netsecurity-missing</c> for NetSecurity. Decided when a session starts.</summary>
    public bool Lacks(string module) => _names.Contains(module + "-missing");

    /// <summary>Whether this fault is in force.</summary>
    public bool Has(string fault) => _names.Contains(fault);
}
