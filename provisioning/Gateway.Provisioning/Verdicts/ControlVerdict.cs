using System.Text.Json.Serialization;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Resources;

namespace Gateway.Provisioning.Verdicts;

/// <summary>The one list of verdicts for plan, report and code. Only <see cref="Met"/> looks like met.</summary>
public enum Verdict
{
    /// <summary>Measured on the machine, and it holds.</summary>
    Met,

    /// <summary>It does not hold, and that refuses.</summary>
    NotMet,

    /// <summary>It does not hold, and that warns.</summary>
    Deviation,

    /// <summary>It does not hold, or its assessment failed, and a responsible person accepts that until a day.</summary>
    Waived,

    /// <summary>A person has confirmed it, until a day.</summary>
    Attested,

    /// <summary>There is nothing here that it could be about.</summary>
    NotApplicable,

    /// <summary>Nobody could say; the reason stands beside it.</summary>
    NotAssessed,

    /// <summary>It holds in a rehearsal, which proves nothing about the site.</summary>
    Rehearsed,

    /// <summary>The assessment itself failed.</summary>
    Error,
}

/// <summary>The verdict on one control, with everything that it rests on.</summary>
public sealed record ControlVerdict
{
    /// <summary>The control.</summary>
    public required Control Control { get; init; }

    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>What happens when it is not met: the source's force, or what the manifest made of it.</summary>
    public required Enforcement Enforcement { get; init; }

    /// <summary>Whether the manifest changed the enforcement.</summary>
    public required bool EnforcementChanged { get; init; }

    /// <summary>Why, where the evidence alone does not say it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Wording? Why { get; init; }

    /// <summary>The waiver that it rests on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Waiver? Waiver { get; init; }

    /// <summary>The attestation that it rests on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Attestation? Attestation { get; init; }

    /// <summary>What was observed, for each resource that serves the control.</summary>
    public required IReadOnlyList<Observation> Evidence { get; init; }

    /// <summary>Whether it was looked at and holds, on the machine or in a rehearsal.</summary>
    public bool Holds => Verdict is Verdict.Met or Verdict.Rehearsed;

    /// <summary>Whether it refuses: not met, or not even assessable because the assessment failed.</summary>
    public bool Refuses => Verdict is Verdict.NotMet || (Verdict is Verdict.Error && Enforcement == Enforcement.Refuse);
}
