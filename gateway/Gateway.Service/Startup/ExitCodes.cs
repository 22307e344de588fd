namespace Gateway.Service.Startup;

/// <summary>The exit codes of the process, after sysexits.h.</summary>
internal static class ExitCodes
{
    /// <summary>Stopped as asked.</summary>
    public const int Success = 0;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 64;

    /// <summary>What was asked for is not done; the answer says why.</summary>
    public const int Refused = 65;

    /// <summary>A failure that nobody foresaw.</summary>
    public const int Unforeseen = 70;

    /// <summary>The machine refuses what the configuration asks for: a port, a folder, a database.</summary>
    public const int InputOutput = 74;

    /// <summary>The configuration is wrong.</summary>
    public const int Configuration = 78;
}
