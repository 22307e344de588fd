// The value set of the ScheduledTasks module, under the type name that the table of parameters has (CDXML generates it on Windows).
// Names: "New-ScheduledTaskPrincipal", -RunLevel; numbers: TASK_RUNLEVEL_TYPE, Microsoft Learn.
#pragma warning disable IDE0130 // the namespace is Windows' own

namespace Microsoft.PowerShell.Cmdletization.GeneratedTypes.ScheduledTask;

public enum RunLevelEnum
{
    Limited = 0,
    Highest = 1,
}
