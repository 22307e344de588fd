namespace Gateway.Service.Ledgers;

/// <summary>What has arrived of a study for one destination and is not queued yet.</summary>
internal sealed class OpenStudy
{
    private readonly List<Arrival> arrivals = [];
    private readonly HashSet<string> known = [];
    private readonly HashSet<string> settled = [];

    /// <summary>What has arrived, in order.</summary>
    public IReadOnlyList<Arrival> Arrivals => arrivals;

    /// <summary>Those of them with which nothing more is waited for.</summary>
    public IEnumerable<Arrival> Settled => arrivals.Where(arrival => settled.Contains(arrival.Name));

    /// <summary>When the last instance of the study arrived, queued or not.</summary>
    public DateTimeOffset LastAt { get; private set; }

    /// <summary>Takes an instance in; one that waits already, once.</summary>
    public void Add(string name, string series, DateTimeOffset at)
    {
        if (known.Add(name))
            arrivals.Add(new Arrival(name, series, at));
        LastAt = at;
    }

    /// <summary>Nothing more is waited for with those of them that are named.</summary>
    public void Settle(IEnumerable<string> names) => settled.UnionWith(names.Where(known.Contains));

    /// <summary>Leaves out what is queued.</summary>
    public void Remove(IReadOnlySet<string> names)
    {
        arrivals.RemoveAll(arrival => names.Contains(arrival.Name));
        known.ExceptWith(names);
        settled.ExceptWith(names);
    }

    /// <summary>One instance.</summary>
    /// <param name="Name">Its name in the spool.</param>
    /// <param name="Series">Its series.</param>
    /// <param name="At">When it arrived.</param>
    internal readonly record struct Arrival(string Name, string Series, DateTimeOffset At);
}

/// <summary>A study on its way to one destination.</summary>
/// <param name="Study">The study instance UID.</param>
/// <param name="Target">The target's id.</param>
/// <param name="Priority">How urgent it is.</param>
internal readonly record struct StudyKey(string Study, string Target, Priority Priority);
