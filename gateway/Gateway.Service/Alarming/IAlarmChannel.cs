namespace Gateway.Service.Alarming;

/// <summary>A way to the people of the site.</summary>
internal interface IAlarmChannel
{
    /// <summary>Takes an alarm and returns at once.</summary>
    void Offer(Alarm alarm);
}

/// <summary>Carries an alarm to where it goes, now.</summary>
internal interface IAlarmCarrier
{
    /// <summary>Where to, for the log.</summary>
    string Name { get; }

    /// <summary>Carries it.</summary>
    /// <param name="alarm">The alarm.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    Task CarryAsync(Alarm alarm, CancellationToken cancellation);
}
