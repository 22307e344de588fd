using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Tests.Wrapping;

/// <summary>A firewall that somebody else has a hand in: what is done to a rule may be swallowed, may fail, or may be followed by something else.</summary>
/// <param name="inner">The firewall.</param>
internal sealed class StubbornFirewall(IFirewall inner) : IFirewall
{
    public Provenance Provenance => inner.Provenance;

    /// <summary>Done before a rule is put; may throw.</summary>
    public Action<FirewallRule> BeforePut { get; set; } = _ => { };

    /// <summary>Done before the rules are read; may throw.</summary>
    public Action BeforeRead { get; set; } = () => { };

    /// <summary>Whether a rule cannot be removed, though nothing says so.</summary>
    public Func<string, bool> Keeps { get; set; } = _ => false;

    public Task<FirewallState> ReadAsync(string group, CancellationToken cancel)
    {
        BeforeRead();
        return inner.ReadAsync(group, cancel);
    }

    public Task PutAsync(FirewallRule rule, CancellationToken cancel)
    {
        BeforePut(rule);
        return inner.PutAsync(rule, cancel);
    }

    public Task RemoveAsync(string name, CancellationToken cancel) => Keeps(name) ? Task.CompletedTask : inner.RemoveAsync(name, cancel);

    public Task SetOutboundDefaultAsync(string profile, bool block, CancellationToken cancel) => inner.SetOutboundDefaultAsync(profile, block, cancel);
}
