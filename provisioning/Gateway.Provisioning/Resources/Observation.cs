using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources;

/// <summary>What an observation found.</summary>
public enum Outcome
{
    /// <summary>What must hold holds.</summary>
    Holds,

    /// <summary>A managed resource differs; apply can mend it.</summary>
    Differs,

    /// <summary>An assertion does not hold; only people can mend it.</summary>
    Fails,

    /// <summary>There is nothing here that it could be about.</summary>
    NotApplicable,

    /// <summary>Nobody could say; <see cref="Observation.Note"/> has the reason.</summary>
    NotAssessed,

    /// <summary>The observation itself failed.</summary>
    Error,
}

/// <summary>One property of a resource, as it is and as it shall be.</summary>
/// <param name="Name">The property.</param>
/// <param name="Before">As it is, null when absent.</param>
/// <param name="After">As it shall be, null when it goes.</param>
public sealed record PropertyChange(string Name, string? Before, string? After);

/// <summary>What a reader must know beside an outcome.</summary>
/// <param name="Text">One sentence.</param>
/// <param name="IsWithoutEffect">Whether the resource has no effect as the machine is; then nothing follows from its absence either.</param>
public sealed record Remark(Wording Text, bool IsWithoutEffect = false);

/// <summary>What was found of one resource: evidence for the report, difference for the plan, before-image for the journal.</summary>
public sealed record Observation
{
    /// <summary>The resource.</summary>
    public required ResourceId Resource { get; init; }

    /// <summary>What was found.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>Whether somebody could say.</summary>
    [JsonIgnore]
    public bool IsKnown => Outcome is not (Outcome.Error or Outcome.NotAssessed);

    /// <summary>Whether the state of a managed resource was seen, although nobody could say what it shall be: the name that says so is not resolved. It can still be put back.</summary>
    [JsonIgnore]
    public bool IsSeen => IsKnown || IsStateRead;

    /// <summary>Whether <see cref="State"/> was read, whatever the outcome.</summary>
    [JsonIgnore]
    public bool IsStateRead { get; init; }

    /// <summary>What must hold, in words.</summary>
    public required Wording Expected { get; init; }

    /// <summary>What was found, in words.</summary>
    public required Wording Observed { get; init; }

    /// <summary>How it is known.</summary>
    public required Provenance How { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How long it took to look, in milliseconds, waiting for others included: an answer is shared, and PowerShell is asked one question at a time.</summary>
    public int TookMilliseconds { get; init; }

    /// <summary>What else a reader must know: why nothing was assessed, why something has no effect.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Wording? Note { get; init; }

    /// <summary>Whether the resource is declared, without effect.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsWithoutEffect { get; init; }

    /// <summary>Whose word can stand in its place where it was not assessed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public WhoseWord Word { get; init; }

    /// <summary>The differing properties of a managed resource.</summary>
    public IReadOnlyList<PropertyChange> Differences { get; init; } = [];

    /// <summary>The state of a managed resource as it was found; null when it is absent. Never a secret.</summary>
    [JsonIgnore]
    public JsonElement? State { get; init; }
}
