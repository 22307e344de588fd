using System.Globalization;
using System.Management.Automation;
using System.Xml;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// The product's scheduled tasks, in a folder of the task scheduler that nobody else has. Definitions go in and come out as XML: objects of New-ScheduledTaskAction
/// and its neighbours cannot be sent back through the pipe. One pipeline finds the tasks and their last runs, one more reads the definition of each.
/// </summary>
/// <param name="powerShell">Runs the cmdlets.</param>
/// <param name="clock">Says what time it is, and in which time zone the machine stands.</param>
/// <param name="resolve">Finds the SID of an account's name, or null.</param>
internal sealed class WindowsScheduledTasks(WindowsPowerShell powerShell, TimeProvider clock, Func<string, string?> resolve) : IScheduledTasks
{
    private const string Folder = @"\DICOM-Mail Gateway\";
    private const int IsRunning = 0x41301; // SCHED_S_TASK_RUNNING: in place of a result
    private const int HasNotRun = 0x41303; // SCHED_S_TASK_HAS_NOT_RUN ("Task Scheduler Error and Success Constants", Microsoft Learn)
    private readonly SharedAnswer<IReadOnlyList<ScheduledTaskState>> all = new(cancel => ReadNowAsync(powerShell, clock, resolve, cancel));

    public Provenance Provenance { get; } = new(Source.Measured, $"Get-ScheduledTaskInfo, Export-ScheduledTask; {Folder}");

    public Task<IReadOnlyList<ScheduledTaskState>> ReadAsync(CancellationToken cancel) => all.GetAsync(cancel);

    /// <summary>The next read asks Windows: somebody else may have changed something.</summary>
    public void Forget() => all.Forget();

    public async Task PutAsync(ScheduledTaskState task, CancellationToken cancel)
    {
        var definition = task.Definition ?? Render(task);
        Forget();
        var existing = (await ReadAsync(cancel)).FirstOrDefault(found => found.Name.Equals(task.Name, StringComparison.OrdinalIgnoreCase));
        if (TaskDefinition.NeedsPassword(definition) || (existing?.Definition is { } theirs && TaskDefinition.NeedsPassword(theirs)))
            throw new RefusedException(Diagnostic.Error("GW2320", $"The task {Folder}{task.Name} runs with the password of {existing?.Account ?? task.Account}: the product could not put it back.", "Remove that task by hand."));
        Forget();
        await powerShell.InvokeAsync(Cmdlets.RegisterScheduledTask, Named(task.Name, ("Xml", definition), ("Force", true)), missingIsEmpty: false, cancel);
    }

    public async Task RemoveAsync(string name, CancellationToken cancel)
    {
        Forget();
        await powerShell.InvokeAsync(Cmdlets.UnregisterScheduledTask, Named(name, ("Confirm", false)), missingIsEmpty: true, cancel);
    }

    private static Dictionary<string, object> Named(string name, params (string, object)[] more) => WindowsPowerShell.With([("TaskName", name), ("TaskPath", Folder), .. more]);

    // It waits for its next turn: registering it is no reason to catch up on one that has passed.
    private string Render(ScheduledTaskState task)
    {
        var sid = ServiceAccounts.SidOf(task.Account)
            ?? throw new RefusedException(Diagnostic.Error("GW2321", $"The task {task.Name} cannot run as {task.Account}: the product keeps no password for it.", "Let it run as SYSTEM."));
        var now = clock.GetLocalNow().DateTime;
        var today = now.Date + TimeOnly.Parse(task.DailyAt, CultureInfo.InvariantCulture).ToTimeSpan();
        return TaskDefinition.Render(task, sid, task.RegisteredAt ?? clock.GetUtcNow(), today > now ? today : today.AddDays(1));
    }

    private static async Task<IReadOnlyList<ScheduledTaskState>> ReadNowAsync(WindowsPowerShell powerShell, TimeProvider clock, Func<string, string?> resolve, CancellationToken cancel)
    {
        var tasks = new List<ScheduledTaskState>();
        foreach (var info in await powerShell.PipeAsync(Cmdlets.GetScheduledTask, WindowsPowerShell.With(("TaskPath", Folder)), Cmdlets.GetScheduledTaskInfo, missingIsEmpty: true, cancel))
        {
            var name = info.Text("TaskName");
            var exported = await powerShell.InvokeAsync(Cmdlets.ExportScheduledTask, Named(name), missingIsEmpty: true, cancel);
            if (exported is [{ BaseObject: string xml }, ..])
                tasks.Add(WithLastRun(Definition(name, xml, clock, resolve), info, clock));
        }

        return tasks;
    }

    private static ScheduledTaskState Definition(string name, string xml, TimeProvider clock, Func<string, string?> resolve)
    {
        try
        {
            return TaskDefinition.Read(name, xml, clock, resolve);
        }
        catch (XmlException e)
        {
            throw new NotAssessableException(new($"die Definition der Aufgabe {name} ist kein XML: {e.Message}", $"the definition of the task {name} is no XML: {e.Message}"));
        }
    }

    // One that never ran has a result of its own, and a last run in 1999.
    private static ScheduledTaskState WithLastRun(ScheduledTaskState task, PSObject info, TimeProvider clock) =>
        info.Number("LastTaskResult") is { } result && result != HasNotRun && info.Plain("LastRunTime") is DateTime { Year: >= 2000 } ran
            ? task with { LastRun = TaskDefinition.Utc(ran, clock), LastResult = result == IsRunning ? null : unchecked((int)result) }
            : task;
}
