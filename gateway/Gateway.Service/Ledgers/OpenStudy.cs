namespace Gateway.Service.Ledgers;

/// <summary>What has arrived of a study for one destination and is not queued yet.</summary>
internal sealed class OpenStudy
{
    private readonly List<Arrival> arrivals = [];

    /// <summary>What has arrived, in order.</summary>
    public IReadOnlyList<Arrival> Arrivals => arrivals;

    /// <summary>When the last instance of the study arrived, queued or not.</summary>
    public DateTimeOffset LastAt { get; private set; }

    public void Add(string name, string series, DateTimeOffset at)
    {
        arrivals.Add(new Arrival(name, series, at));
        LastAt = at;
    }

    public void Remove(IReadOnlySet<string> names) => arrivals.RemoveAll(arrival => names.Contains(arrival.Name));

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
