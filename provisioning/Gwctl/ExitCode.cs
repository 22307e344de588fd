namespace Gwctl;

/// <summary>How every command ends. The README's table and a test hold these numbers.</summary>
internal enum ExitCode
{
    /// <summary>What must hold holds.</summary>
    Holds = 0,

    /// <summary>The command failed.</summary>
    Failed = 1,

    /// <summary>The machine differs from the manifest (plan, verify).</summary>
    Differs = 2,

    /// <summary>A requirement is not met that apply cannot mend.</summary>
    NotMet = 3,

    /// <summary>What must hold holds, but Windows waits for a restart.</summary>
    RestartNeeded = 4,

    /// <summary>Wrong usage (sysexits.h EX_USAGE).</summary>
    Usage = 64,

    /// <summary>The manifest is invalid (sysexits.h EX_DATAERR).</summary>
    ManifestInvalid = 65,
}
