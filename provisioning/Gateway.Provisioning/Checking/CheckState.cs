namespace Gateway.Provisioning.Checking;

/// <summary>The state of a check, as Checkmk numbers them.</summary>
public enum CheckState
{
    /// <summary>All is well.</summary>
    Ok = 0,

    /// <summary>Somebody should look at it.</summary>
    Warning = 1,

    /// <summary>Somebody must look at it now.</summary>
    Critical = 2,

    /// <summary>It could not be looked at.</summary>
    Unknown = 3,
}
