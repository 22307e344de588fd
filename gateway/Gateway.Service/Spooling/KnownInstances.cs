using System.Collections.Concurrent;

namespace Gateway.Service.Spooling;

/// <summary>
/// Which instances the spool has, in any version: so that the usual case, an instance that nobody has seen, is known without looking into
/// a folder. 16 bytes an instance.
/// </summary>
internal sealed class KnownInstances
{
    private readonly ConcurrentDictionary<UInt128, byte> known = [];
    private readonly Lock[] turns = [.. Enumerable.Range(0, 256).Select(_ => new Lock())];

    /// <summary>Held by whoever looks for the other versions of an instance and puts one beside them: the same UID may come twice at one moment.</summary>
    public Lock TurnOf(SpoolName name) => turns[(int)(name.Instance & 0xff)];

    /// <summary>Whether a version of the instance is in the spool.</summary>
    public bool Has(SpoolName name) => known.ContainsKey(name.Instance);

    /// <summary>A version of the instance is in the spool.</summary>
    public void Add(SpoolName name) => known[name.Instance] = 0;

    /// <summary>The last version of the instance is gone.</summary>
    public void Remove(SpoolName name) => known.TryRemove(name.Instance, out _);
}
