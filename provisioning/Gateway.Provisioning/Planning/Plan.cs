using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources;
using Gateway.Provisioning.Verdicts;

namespace Gateway.Provisioning.Planning;

/// <summary>What a change does.</summary>
public enum ChangeAction
{
    /// <summary>It was absent.</summary>
    Create,

    /// <summary>It is there and differs.</summary>
    Update,

    /// <summary>What runs is restarted because its configuration changes.</summary>
    Restart,

    /// <summary>The manifest no longer asks for it; its state from before the product is put back.</summary>
    Remove,
}

/// <summary>Why something differs. Drift and intent are different words in every output.</summary>
public enum ChangeCause
{
    /// <summary>The product has not managed it yet.</summary>
    New,

    /// <summary>Intent: the manifest moved.</summary>
    ManifestMoved,

    /// <summary>Drift: the machine moved.</summary>
    MachineMoved,

    /// <summary>Input: neither moved; what the manifest refers to did, the address of a name.</summary>
    InputMoved,
}

/// <summary>One change of a plan.</summary>
public sealed record Change
{
    /// <summary>Position, from 1.</summary>
    public required int Order { get; init; }

    /// <summary>The resource.</summary>
    public required ResourceId Resource { get; init; }

    /// <summary>What it acts on: a resource that gets another place is removed from the one and made at the other.</summary>
    public required string Address { get; init; }

    /// <summary>What it does.</summary>
    public required ChangeAction Action { get; init; }

    /// <summary>Why it differs.</summary>
    public required ChangeCause Cause { get; init; }

    /// <summary>What must hold, in words.</summary>
    public required string Expected { get; init; }

    /// <summary>A condition that is looked at again when the change's turn comes, or null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OnlyIf { get; init; }

    /// <summary>The controls that it serves.</summary>
    public required IReadOnlyList<ControlId> Controls { get; init; }

    /// <summary>How the state before is known, and whether the change is only modelled.</summary>
    public required Provenance How { get; init; }

    /// <summary>Before and after, property by property. Secrets never stand here: resources hold references to them at most.</summary>
    public required IReadOnlyList<PropertyChange> Properties { get; init; }

    /// <summary>What else a reader must know.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    /// <summary>Fingerprint of the whole state before, without what changes by itself.</summary>
    public required Sha256Digest Before { get; init; }

    /// <summary>Fingerprint of what must hold afterwards.</summary>
    public required Sha256Digest After { get; init; }
}

/// <summary>A managed resource that cannot be planned here, and why.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Why">Why.</param>
public sealed record NotPlanned(ResourceId Resource, string Why);

/// <summary>A verdict that a plan relied on.</summary>
/// <param name="Control">The control.</param>
/// <param name="Verdict">The verdict.</param>
public sealed record ReliedOn(ControlId Control, Verdict Verdict);

/// <summary>An ordered list of changes: something to keep, show, approve. Making one changes nothing.</summary>
public sealed record Plan
{
    /// <summary>Version of this format.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Version of this format, 1.</summary>
    public int FormatVersion { get; init; } = CurrentFormat;

    /// <summary>Version of the product that made it.</summary>
    public required string Product { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The machine.</summary>
    public required string Machine { get; init; }

    /// <summary>Whether the machine is a rehearsal.</summary>
    public required bool IsRehearsal { get; init; }

    /// <summary>Fingerprint of the manifest with its overlays.</summary>
    public required Sha256Digest Manifest { get; init; }

    /// <summary>The changes, in order.</summary>
    public required IReadOnlyList<Change> Changes { get; init; }

    /// <summary>What cannot be planned here.</summary>
    public required IReadOnlyList<NotPlanned> NotPlanned { get; init; }

    /// <summary>The verdicts that it relied on.</summary>
    public required IReadOnlyList<ReliedOn> ReliedOn { get; init; }

    /// <summary>How many managed resources hold as they are.</summary>
    public required int Holding { get; init; }

    /// <summary>Fingerprint of everything that is approved with it: machine, product, manifest, changes with the states before and after, verdicts relied on. Not of the time, nor of free disk space.</summary>
    public required Sha256Digest Fingerprint { get; init; }

    /// <summary>The fingerprint that what the plan says has: another than <see cref="Fingerprint"/> when somebody edited it.</summary>
    public Sha256Digest ComputeFingerprint() =>
        CanonicalJson.Digest(JsonSerializer.SerializeToNode(this with { CreatedAt = default, Holding = 0, NotPlanned = [], Fingerprint = default }, ManifestJson.Compact));
}
