using System.Management.Automation;
using Gateway.Rig.PowerShellServer.State;

namespace Gateway.Rig.PowerShellServer.Contract.ScheduledTasks;

/// <summary>
/// The commands of the ScheduledTasks module that the product uses, each after its page on Microsoft Learn (Windows Server 2016). A definition goes in and comes
/// out as XML: the objects of New-ScheduledTaskAction and its neighbours cannot be sent back through the pipe as arguments.
/// </summary>
public static class ScheduledTasksModule
{
    private const string Namespace = "Root/Microsoft/Windows/TaskScheduler";
    private const string Task = "MSFT_ScheduledTask";
    private const uint HasNotRun = 0x41303; // SCHED_S_TASK_HAS_NOT_RUN

    // What a task that never ran has as its last run: the zero of an OLE date, as published transcripts show it.
    private static readonly DateTime Never = new(1999, 11, 30, 0, 0, 0, DateTimeKind.Local);

    /// <summary>The module.</summary>
    public static ContractModule Module { get; } = new("ScheduledTasks",
    [
        new("Get-ScheduledTask", "Query", ByQuery, Set("TaskName", "TaskPath"), GetTasks),
        new("Get-ScheduledTaskInfo", "Name", ByName, Set("TaskName", "TaskPath", "InputObject"), call => WithOne(call, task => call.Cmdlet.WriteObject(Info(task)))),
        new("Export-ScheduledTask", "Name", ByName, Set("TaskName", "TaskPath", "InputObject"), call => WithOne(call, task => call.Cmdlet.WriteObject(task.Xml))),
        new("Register-ScheduledTask", "User", Register, Set("TaskName", "TaskPath", "Xml", "Force"), RegisterTask),
        new("Unregister-ScheduledTask", "Query", ByQuery, Set("TaskName", "TaskPath", "InputObject", "WhatIf", "Confirm"), UnregisterTasks),
    ]);

    // "Get-ScheduledTask", "Unregister-ScheduledTask": by query, the latter also by object.
    private static ParameterShape ByQuery(string parameter) => parameter switch
    {
        "TaskName" => new(["Query"], Position: 0),
        "TaskPath" => new(["Query"], Position: 1),
        "InputObject" => new(["Object"], Mandatory: true, FromPipeline: true, ObjectOf: Task),
        _ => ParameterShape.Everywhere,
    };

    // "Get-ScheduledTaskInfo", "Export-ScheduledTask": one task, by name or object.
    private static ParameterShape ByName(string parameter) => parameter switch
    {
        "TaskName" => new(["Name"], Mandatory: true, Position: 0),
        "TaskPath" => new(["Name"], Position: 1),
        "InputObject" => new(["Object"], Mandatory: true, Position: 0, FromPipeline: true, ObjectOf: Task),
        _ => ParameterShape.Everywhere,
    };

    // "Register-ScheduledTask": from parts with an account, from XML, from parts with a principal, from an object.
    private static ParameterShape Register(string parameter) => parameter switch
    {
        "TaskName" => new([], Mandatory: true, Position: 0),
        "TaskPath" => new([], Position: 1),
        "Xml" => new(["Xml"], Mandatory: true),
        "Action" => new(["User", "Principal"], Mandatory: true, ObjectOf: null),
        "InputObject" => new(["Object"], Mandatory: true, ObjectOf: Task),
        "User" or "Password" => new(["User", "Xml", "Object"]),
        "RunLevel" => new(["User"]),
        "Principal" => new(["Principal"]),
        "Description" or "Settings" or "Trigger" => new(["User", "Principal"]),
        _ => ParameterShape.Everywhere,
    };

    /// <summary>"Get-ScheduledTask": by name and folder, each with wildcards; none at all is an error.</summary>
    private static void GetTasks(Call call)
    {
        foreach (var task in Query(call, call.State.Read<TasksState>(TasksState.Section))) call.Cmdlet.WriteObject(Object(task));
    }

    /// <summary>"Register-ScheduledTask", parameter set Xml. Its folder comes into being with it. A task of that name is replaced with -Force alone.</summary>
    private static void RegisterTask(Call call)
    {
        var folder = call.Get("TaskPath", @"\").Trim('\\');
        var registered = new TaskState { Name = call.Get("TaskName", string.Empty), Path = folder.Length == 0 ? @"\" : $@"\{folder}\", Xml = call.Get("Xml", string.Empty) };
        ErrorRecord? refused = null;
        try
        {
            TaskSchema.Check(registered.Xml);
        }
        catch (InvalidTaskException e)
        {
            refused = TaskErrors.Refused(e);
        }
        catch (NotSupportedException e)
        {
            call.Stop(new ErrorRecord(e, "RigDoesNotImitate", ErrorCategory.NotImplemented, registered.Name));
        }

        refused ??= call.Faults.Has(Faults.AccessDenied) ? TaskErrors.AccessDenied : null;
        refused ??= call.State.Update<TasksState, ErrorRecord?>(TasksState.Section, tasks =>
        {
            var before = tasks.Tasks.Find(task => Same(task.Name, registered.Name) && Same(task.Path, registered.Path));
            if (before is not null && !call.On("Force")) return TaskErrors.AlreadyExists;
            (registered.LastRun, registered.LastResult) = before is null ? (null, 0) : (before.LastRun, before.LastResult);
            tasks.Tasks.RemoveAll(task => ReferenceEquals(task, before));
            tasks.Tasks.Add(registered);
            return null;
        });
        if (refused is not null) call.Report(refused);
        else call.Cmdlet.WriteObject(Object(registered));
    }

    /// <summary>"Unregister-ScheduledTask".</summary>
    private static void UnregisterTasks(Call call)
    {
        var tasks = call.State.Read<TasksState>(TasksState.Section);
        var found = call.Has("InputObject")
            ? call.Get<PSObject[]>("InputObject", []).SelectMany(given => tasks.Tasks.Where(task => Is(task, given))).ToList()
            : Query(call, tasks);
        foreach (var task in found.Where(task => call.Cmdlet.ShouldProcess(task.Path + task.Name)))
        {
            if (call.Faults.Has(Faults.AccessDenied))
                call.Report(TaskErrors.AccessDenied);
            else
                call.State.Update<TasksState, int>(TasksState.Section, now => now.Tasks.RemoveAll(one => Same(one.Name, task.Name) && Same(one.Path, task.Path)));
        }
    }

    // As CIM queries are: a single property that nothing has is named, several are not; a wildcard finds nothing in silence.
    private static List<TaskState> Query(Call call, TasksState tasks)
    {
        var asked = new (string Parameter, Func<TaskState, string> Value)[] { ("TaskName", task => task.Name), ("TaskPath", task => task.Path) }
            .Where(one => call.Has(one.Parameter)).Select(one => (one.Parameter, one.Value, Wanted: call.Get<string[]>(one.Parameter, []))).ToList();
        var found = tasks.Tasks.Where(task => asked.TrueForAll(one => one.Wanted.Any(wanted => Fits(one.Value(task), wanted)))).ToList();
        if (asked is [var single])
        {
            foreach (var missing in single.Wanted.Where(wanted => !WildcardPattern.ContainsWildcardCharacters(wanted) && !tasks.Tasks.Exists(task => Fits(single.Value(task), wanted))))
                call.Report(CimErrors.NotFound(Task, single.Parameter, missing));
        }
        else if (asked.Count > 1 && found.Count == 0)
        {
            call.Report(CimErrors.NotFound(Task));
        }

        return found;
    }

    private static void WithOne(Call call, Action<TaskState> answer)
    {
        var tasks = call.State.Read<TasksState>(TasksState.Section).Tasks;
        var task = call.Has("InputObject")
            ? tasks.Find(one => Is(one, call.Get<PSObject>("InputObject", null!)))
            : tasks.Find(one => Same(one.Name, call.Get("TaskName", string.Empty)) && Same(one.Path, call.Get("TaskPath", @"\")));
        if (task is null) call.Report(TaskErrors.NoSuchTask);
        else answer(task);
    }

    private static PSObject Object(TaskState task) => CimObject.In(
        Namespace, Task, ("TaskName", task.Name), ("TaskPath", task.Path), ("URI", task.Path + task.Name));

    /// <summary>"MSFT_TaskDynamicInfo", as "Get-ScheduledTaskInfo" shows it.</summary>
    private static PSObject Info(TaskState task) => CimObject.In(
        Namespace,
        "MSFT_TaskDynamicInfo",
        ("LastRunTime", task.LastRun is { } ran ? DateTime.SpecifyKind(ran, DateTimeKind.Local) : Never),
        ("LastTaskResult", task.LastRun is null ? HasNotRun : task.LastResult),
        ("NumberOfMissedRuns", 0u),
        ("TaskName", task.Name),
        ("TaskPath", task.Path));

    private static bool Is(TaskState task, PSObject given) => Same(task.Name, CimObject.Text(given, "TaskName")) && Same(task.Path, CimObject.Text(given, "TaskPath"));

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static bool Fits(string value, string wanted) => new WildcardPattern(wanted, WildcardOptions.IgnoreCase).IsMatch(value);

    private static HashSet<string> Set(params string[] parameters) => new(parameters, StringComparer.OrdinalIgnoreCase);
}
