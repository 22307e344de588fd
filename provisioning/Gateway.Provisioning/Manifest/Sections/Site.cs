using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest.Sections;

/// <summary>The site that runs the appliance.</summary>
public sealed record Site
{
    /// <summary>The site's name as reports show it.</summary>
    public required string Name { get; init; }

    /// <summary>The report's first language.</summary>
    public Language Language { get; init; } = Language.De;
}

/// <summary>Languages of reports and pages.</summary>
public enum Language
{
    /// <summary>German.</summary>
    De,

    /// <summary>English.</summary>
    En,
}

/// <summary>What happens when a control is not met.</summary>
public enum Enforcement
{
    /// <summary>Installation is refused.</summary>
    Refuse,

    /// <summary>A warning, and <c>deviation</c> in the report.</summary>
    Warn,
}

/// <summary>What a person has confirmed.</summary>
public sealed record Attestation
{
    /// <summary>The control.</summary>
    public required ControlId Control { get; init; }

    /// <summary>Who confirmed it, by function and name.</summary>
    public required string By { get; init; }

    /// <summary>The day of the confirmation.</summary>
    public required DateOnly On { get; init; }

    /// <summary>The last day on which it counts.</summary>
    public required DateOnly Until { get; init; }

    /// <summary>What was confirmed.</summary>
    public required string Statement { get; init; }
}

/// <summary>An unmet control that a responsible person accepts until a day.</summary>
public sealed record Waiver
{
    /// <summary>The control.</summary>
    public required ControlId Control { get; init; }

    /// <summary>Who answers for it.</summary>
    public required string Owner { get; init; }

    /// <summary>Why it is accepted.</summary>
    public required string Reason { get; init; }

    /// <summary>The last day on which it counts.</summary>
    public required DateOnly Until { get; init; }
}
