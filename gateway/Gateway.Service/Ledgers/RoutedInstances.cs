using Gateway.Service.Spooling;

namespace Gateway.Service.Ledgers;

/// <summary>
/// Where each instance of the spool was ever to go, and how urgently: so that one that comes again goes where it was never sent, and nowhere twice. Some 40 bytes an
/// instance, since few sets of destinations are different. Not safe for several threads.
/// </summary>
internal sealed class RoutedInstances
{
    private readonly Dictionary<UInt128, int> instances = [];
    private readonly Dictionary<string, int> numbers = [];
    private readonly List<SortedDictionary<string, Priority>> sets = [];

    /// <summary>An instance is to go somewhere, beside where it was to go before.</summary>
    /// <param name="name">Its name in the spool.</param>
    /// <param name="to">Where to.</param>
    public void Add(string name, IReadOnlyList<Destination> to)
    {
        if (to.Count == 0 || Key(name) is not { } key)
            return;
        var all = new SortedDictionary<string, Priority>(instances.TryGetValue(key, out var before) ? sets[before] : [], StringComparer.Ordinal);
        foreach (var one in to)
            all[one.Target] = all.TryGetValue(one.Target, out var urgent) && urgent < one.Priority ? urgent : one.Priority;
        var text = string.Join('|', all.Select(one => $"{one.Key}:{one.Value}"));
        if (!numbers.TryGetValue(text, out var number))
        {
            numbers[text] = number = sets.Count;
            sets.Add(all);
        }

        instances[key] = number;
    }

    /// <summary>An instance is gone: whatever comes under its name is new.</summary>
    /// <param name="name">Its name in the spool.</param>
    public void Remove(string name)
    {
        if (Key(name) is { } key)
            instances.Remove(key);
    }

    /// <summary>How urgently an instance was to go to a target; null where it never was.</summary>
    /// <param name="name">Its name in the spool.</param>
    /// <param name="target">The target's id.</param>
    public Priority? Of(string name, string target) =>
        Key(name) is { } key && instances.TryGetValue(key, out var number) && sets[number].TryGetValue(target, out var priority) ? priority : null;

    private static UInt128? Key(string name) => SpoolName.Parse(name)?.Version;
}
