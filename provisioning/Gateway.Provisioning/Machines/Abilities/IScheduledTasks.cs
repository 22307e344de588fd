using System.Text.Json.Serialization;

namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>Scheduled tasks.</summary>
public interface IScheduledTasks : IAbility
{
    /// <summary>The product's tasks.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<IReadOnlyList<ScheduledTaskState>> ReadAsync(CancellationToken cancel);

    /// <summary>Registers a task, in place of one of the same name.</summary>
    /// <param name="task">The task; what it did is not looked at.</param>
    /// <param name="cancel">Cancels.</param>
    Task PutAsync(ScheduledTaskState task, CancellationToken cancel);

    /// <summary>Removes a task; nothing happens when there is none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancel">Cancels.</param>
    Task RemoveAsync(string name, CancellationToken cancel);
}

/// <summary>A scheduled task that runs once a day.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Execute">The program.</param>
/// <param name="Arguments">Its arguments; never a secret.</param>
/// <param name="DailyAt">Time of day on the machine's clock.</param>
/// <param name="Account">The account that it runs as.</param>
/// <param name="Enabled">Whether it is switched on.</param>
/// <param name="RegisteredAt">When it was registered (UTC).</param>
/// <param name="LastRun">When it ran last (UTC), or null.</param>
/// <param name="LastResult">Exit code of the last run, or null.</param>
public sealed record ScheduledTaskState(
    string Name,
    string Execute,
    string Arguments,
    string DailyAt,
    string Account,
    bool Enabled,
    DateTimeOffset? RegisteredAt = null,
    DateTimeOffset? LastRun = null,
    int? LastResult = null)
{
    /// <summary>The whole definition in the scheduler's own form, where it says something else than the product would write for the rest; null otherwise. With it a stranger's task is put back as it was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Definition { get; init; }
}
