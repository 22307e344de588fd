using System.Text.Json.Serialization;
using Gateway.Provisioning.Checking;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources;
using Gateway.Provisioning.Verdicts;

namespace Gateway.Provisioning.Reporting;

/// <summary>The compliance report: one row per control, from the verdict to its evidence. Its canonical JSON is the truth; every other form is derived from it and carries its hash.</summary>
public sealed record ComplianceReport
{
    /// <summary>Version of this format, 1.</summary>
    public int FormatVersion { get; init; } = 1;

    /// <summary>Version of the product that made it.</summary>
    public required string Product { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The site.</summary>
    public required string Site { get; init; }

    /// <summary>The first language of derived forms.</summary>
    public required Language Language { get; init; }

    /// <summary>The machine.</summary>
    public required string Machine { get; init; }

    /// <summary>Whether the machine is a rehearsal: then nothing here proves anything about the site.</summary>
    public required bool IsRehearsal { get; init; }

    /// <summary>Fingerprint of the manifest with its overlays.</summary>
    public required Sha256Digest Manifest { get; init; }

    /// <summary>Hash of the journal's last line, or null without a journal.</summary>
    public required Sha256Digest? JournalHead { get; init; }

    /// <summary>Hash of the report before this one, or null for the first.</summary>
    public required Sha256Digest? Previous { get; init; }

    /// <summary>How many rows have which verdict.</summary>
    public required IReadOnlyDictionary<Verdict, int> Summary { get; init; }

    /// <summary>One row per control, in the order of the requirements.</summary>
    public required IReadOnlyList<ReportRow> Rows { get; init; }

    /// <summary>The resources that are not as the manifest says, those without a control among them.</summary>
    public required IReadOnlyList<ResourceId> Differs { get; init; }

    /// <summary>What monitoring was told at the same time: the gateway with its queues, lines and keys, and the newest backup with its restore for a try.</summary>
    public required IReadOnlyList<ReportCheck> Checks { get; init; }
}

/// <summary>A check of monitoring, without its figures.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">How it was.</param>
/// <param name="Text">What monitoring was told, in English as there.</param>
public sealed record ReportCheck(string Name, CheckState State, string Text);

/// <summary>One control's row.</summary>
public sealed record ReportRow
{
    /// <summary>The control.</summary>
    public required ControlId Control { get; init; }

    /// <summary>How strongly the source asks.</summary>
    public required Force Force { get; init; }

    /// <summary>What happens when it is not met.</summary>
    public required Enforcement Enforcement { get; init; }

    /// <summary>Whether the manifest changed that.</summary>
    public required bool EnforcementChanged { get; init; }

    /// <summary>Whether the control is one of our own, not from the source.</summary>
    public required bool NotFromTheSource { get; init; }

    /// <summary>The clause of the source, or null for a control of our own.</summary>
    public required string? Clause { get; init; }

    /// <summary>What must hold, in German.</summary>
    public required string German { get; init; }

    /// <summary>What must hold, in English.</summary>
    public required string English { get; init; }

    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Why, where the evidence alone does not say it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Wording? Why { get; init; }

    /// <summary>The waiver that the verdict rests on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Waiver? Waiver { get; init; }

    /// <summary>The attestation that the verdict rests on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Attestation? Attestation { get; init; }

    /// <summary>What was looked at.</summary>
    public required IReadOnlyList<ReportEvidence> Evidence { get; init; }
}

/// <summary>One piece of evidence.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Outcome">What was found.</param>
/// <param name="Expected">What must hold.</param>
/// <param name="Observed">What was found, in words.</param>
/// <param name="Source">Measured, modelled or declared.</param>
/// <param name="Interface">The command or interface that was asked.</param>
/// <param name="At">When (UTC).</param>
/// <param name="Note">What else a reader must know.</param>
public sealed record ReportEvidence(
    ResourceId Resource,
    Outcome Outcome,
    Wording Expected,
    Wording Observed,
    Source Source,
    string Interface,
    DateTimeOffset At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Wording? Note);
