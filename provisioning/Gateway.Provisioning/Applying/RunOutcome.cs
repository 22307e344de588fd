namespace Gateway.Provisioning.Applying;

/// <summary>How a run ended.</summary>
public enum RunOutcome
{
    /// <summary>The manifest holds.</summary>
    Applied,

    /// <summary>A change failed, and everything that the run had done was taken back.</summary>
    Reverted,

    /// <summary>A finished run was taken back.</summary>
    RolledBack,

    /// <summary>A rollback that could not be finished was left as it stood, and an apply went on from there; so was the run that it was taking back, if that was open.</summary>
    Superseded,
}
