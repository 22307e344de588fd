namespace Gateway.Provisioning.Applying;

/// <summary>What a line of the journal says.</summary>
public enum JournalEvent
{
    /// <summary>A run began.</summary>
    RunStarted,

    /// <summary>An unfinished run goes on.</summary>
    RunResumed,

    /// <summary>A change is about to be made; carries the before-image.</summary>
    ChangeStarted,

    /// <summary>The change was made and read back.</summary>
    ChangeDone,

    /// <summary>The change failed.</summary>
    ChangeFailed,

    /// <summary>A before-image is about to be put back; carries the state that it replaces.</summary>
    RevertStarted,

    /// <summary>It was put back and read back.</summary>
    RevertDone,

    /// <summary>It could not be put back.</summary>
    RevertFailed,

    /// <summary>The run ended.</summary>
    RunFinished,
}
