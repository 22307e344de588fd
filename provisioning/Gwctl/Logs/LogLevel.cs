namespace Gwctl.Logs;

/// <summary>How grave a line of the gateway's log is, the gravest last.</summary>
internal enum LogLevel
{
    /// <summary>What happens, as it should.</summary>
    Information,

    /// <summary>Something beside the images does not work.</summary>
    Warning,

    /// <summary>Something did not get where it belongs.</summary>
    Error,

    /// <summary>Somebody waits for an image now, or none comes in.</summary>
    Fatal,
}
