namespace Gateway.Provisioning.Applying;

/// <summary>What a run is.</summary>
public enum RunKind
{
    /// <summary>Makes the manifest hold.</summary>
    Apply,

    /// <summary>Takes a finished run back.</summary>
    Rollback,
}
