namespace Gateway.Rig.PowerShellServer.Contract.ScheduledTasks;

/// <summary>The tasks of the rig's machine: section <c>scheduledTasks</c> of the state file. A fresh one has none.</summary>
public sealed class TasksState
{
    /// <summary>The section's name.</summary>
    public const string Section = "scheduledTasks";

    public List<TaskState> Tasks { get; set; } = [];
}

/// <summary>One task.</summary>
public sealed class TaskState
{
    /// <summary>Its folder, with a backslash at both ends.</summary>
    public string Path { get; set; } = @"\";

    public string Name { get; set; } = string.Empty;

    /// <summary>Its definition, as "Task Scheduler Schema" describes it.</summary>
    public string Xml { get; set; } = string.Empty;

    /// <summary>When it was started last, on the machine's own clock; null when it never was.</summary>
    public DateTime? LastRun { get; set; }

    /// <summary>What its last run ended with.</summary>
    public uint LastResult { get; set; }
}
