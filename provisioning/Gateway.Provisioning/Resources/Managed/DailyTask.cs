using System.Text;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Managed;

/// <summary>A scheduled task of ours that runs once a day.</summary>
public sealed record DailyTask : ManagedResource<ScheduledTaskState>
{
    /// <summary>The kind's name.</summary>
    public const string Kind = "scheduled-task";

    /// <summary>The task as it must be.</summary>
    public required ScheduledTaskState Task { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => new(Kind, Task.Name);

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"die Aufgabe {Task.Name} läuft jeden Tag um {Task.DailyAt}",
        $"the task {Task.Name} runs every day at {Task.DailyAt}");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.ScheduledTasks.Provenance;

    /// <inheritdoc/>
    protected override async Task<ScheduledTaskState?> ReadAsync(IMachine machine, CancellationToken cancel) =>
        (await machine.ScheduledTasks.ReadAsync(cancel)).FirstOrDefault(t => t.Name.Equals(Task.Name, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    protected override IEnumerable<PropertyChange> Compare(IMachine machine, ScheduledTaskState? now) =>
    [
        .. Unequal("execute", now?.Execute, Task.Execute, StringComparison.OrdinalIgnoreCase),
        .. Unequal("arguments", now?.Arguments, Task.Arguments),
        .. Unequal("dailyAt", now?.DailyAt, Task.DailyAt),
        .. Unequal("account", now?.Account, Task.Account, StringComparison.OrdinalIgnoreCase),
        .. Unequal("enabled", now?.Enabled.ToString(), Task.Enabled.ToString()),
        .. now is null ? [] : Unequal("definition", Digest(now.Definition), Digest(Task.Definition)),
    ];

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, string> Show(ScheduledTaskState state) =>
        state.Definition is null ? base.Show(state) : base.Show(state with { Definition = Digest(state.Definition) });

    // A stranger's definition may hold a password: nobody but the journal learns it.
    private static string Digest(string? definition) => definition is null ? "as written" : $"SHA-256 {Sha256Digest.Of(Encoding.UTF8.GetBytes(definition))}";

    /// <inheritdoc/>
    protected override ScheduledTaskState Lasting(ScheduledTaskState state) => state with { RegisteredAt = null, LastRun = null, LastResult = null };

    /// <inheritdoc/>
    protected override Task MakeAsync(IMachine machine, ScheduledTaskState? now, bool restart, CancellationToken cancel) => machine.ScheduledTasks.PutAsync(Task, cancel);

    /// <inheritdoc/>
    protected override async Task<string?> RestoreAsync(IMachine machine, ScheduledTaskState? before, CancellationToken cancel)
    {
        if (before is null)
            await machine.ScheduledTasks.RemoveAsync(Task.Name, cancel);
        else
            await machine.ScheduledTasks.PutAsync(before, cancel);
        return null;
    }
}
