namespace Gateway.Service.Ledgers;

/// <summary>How far a document has come that a partner has sent.</summary>
/// <param name="Name">Its name here.</param>
/// <param name="Study">The study instance UID that it belongs to; empty where nothing says it.</param>
/// <param name="Partner">Who sent it.</param>
/// <param name="Since">When it came.</param>
internal sealed record DocumentState(string Name, string Study, string Partner, DateTimeOffset Since)
{
    /// <summary>Whether the virus scanner has found nothing in it.</summary>
    public bool IsScanned { get; init; }

    /// <summary>The spool's name of the object that was made of it; null where there is none yet.</summary>
    public string? Instance { get; init; }

    /// <summary>Whether it goes nowhere, and lies aside.</summary>
    public bool IsSetAside { get; init; }

    /// <summary>Whether something is left to do for it.</summary>
    public bool IsOpen => Instance is null && !IsSetAside;
}
