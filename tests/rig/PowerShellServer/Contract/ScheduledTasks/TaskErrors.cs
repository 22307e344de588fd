using System.Management.Automation;

namespace Gateway.Rig.PowerShellServer.Contract.ScheduledTasks;

/// <summary>Errors of the task scheduler as its commands report them: id and category as in published transcripts, numbers as in "Task Scheduler Error and Success Constants", Microsoft Learn.</summary>
public static class TaskErrors
{
    /// <summary>A node that the schema does not have there.</summary>
    public const uint UnexpectedNode = 0x80041316;

    /// <summary>An element of another namespace.</summary>
    public const uint WrongNamespace = 0x80041317;

    /// <summary>A value that is wrongly formatted or out of range.</summary>
    public const uint InvalidValue = 0x80041318;

    /// <summary>A required node is missing.</summary>
    public const uint MissingNode = 0x80041319;

    /// <summary>No well-formed XML.</summary>
    public const uint Malformed = 0x8004131A;

    /// <summary>There is no such task.</summary>
    public static ErrorRecord NoSuchTask => Of(0x80070002, "The system cannot find the file specified. ", ErrorCategory.ObjectNotFound);

    /// <summary>E_ACCESSDENIED.</summary>
    public static ErrorRecord AccessDenied => Of(0x80070005, "Access is denied. ", ErrorCategory.PermissionDenied);

    /// <summary>A task of that name exists, and -Force was not given.</summary>
    public static ErrorRecord AlreadyExists => Of(0x800700B7, "Cannot create a file when that file already exists. ", ErrorCategory.ResourceExists);

    /// <summary>The definition is refused.</summary>
    public static ErrorRecord Refused(InvalidTaskException why) => Of(why.Number, why.Message, ErrorCategory.NotSpecified);

    private static ErrorRecord Of(uint number, string message, ErrorCategory category) => new(
        new InvalidOperationException(message), $"HRESULT 0x{number:x8}", category, "PS_ScheduledTask:Root/Microsoft/Windows/TaskScheduler/PS_ScheduledTask")
    {
        CategoryInfo = { Reason = "CimException" },
    };
}

/// <summary>A task's definition is not what the schema asks for.</summary>
public sealed class InvalidTaskException(uint number, string message) : Exception(message)
{
    /// <summary>The scheduler's own number for it.</summary>
    public uint Number { get; } = number;
}
