using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources;

namespace Gateway.Provisioning.Applying;

/// <summary>One line of the journal. Absent fields do not belong to its event.</summary>
public sealed record JournalEntry
{
    /// <summary>Version of this format.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Version of the format that the line is written in; a newer one is not read.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>SHA-256 of the line before, zeros for the first.</summary>
    public required Sha256Digest Previous { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What the line says.</summary>
    public required JournalEvent Event { get; init; }

    /// <summary>The run.</summary>
    public required string Run { get; init; }

    /// <summary>What the run is; with <see cref="JournalEvent.RunStarted"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunKind? Kind { get; init; }

    /// <summary>The run that is taken back; with a rollback.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Target { get; init; }

    /// <summary>Fingerprint of the manifest; with a run's start.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Sha256Digest? Manifest { get; init; }

    /// <summary>Version of the product; with a run's start.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Product { get; init; }

    /// <summary>Fingerprint of the plan that somebody approved; with an apply's start.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Sha256Digest? Plan { get; init; }

    /// <summary>The resource as it is declared, so that it can be reverted without its manifest.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ManagedResource? Resource { get; init; }

    /// <summary>Whether the change is a removal.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Removes { get; init; }

    /// <summary>The state before the change, or the state that a revert replaces; absent when the resource was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Before { get; init; }

    /// <summary>Fingerprint of the state that a change left; with its end. Whoever reverts it later sees whether somebody changed it since.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Sha256Digest? Left { get; init; }

    /// <summary>What had to stay, or what failed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    /// <summary>How the run ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunOutcome? Outcome { get; init; }

    /// <summary>What was left to the second stage; with an apply's end.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ResourceId>? SecondStage { get; init; }

    /// <summary>Fingerprints of the managed resources that hold now; with a run's end.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<ResourceId, Sha256Digest>? Holds { get; init; }
}
