namespace Gateway.Provisioning.Machines;

/// <summary>Whether something was measured or comes from a model.</summary>
public enum Source
{
    /// <summary>The manifest itself says it; nothing else was asked.</summary>
    Declared,

    /// <summary>The machine was asked.</summary>
    Measured,

    /// <summary>A facts file was asked.</summary>
    Modelled,
}

/// <summary>How an ability knows what it says; stands in plan and report beside what it says.</summary>
/// <param name="Source">Measured or modelled.</param>
/// <param name="Interface">The command or interface, as an auditor would repeat it.</param>
public sealed record Provenance(Source Source, string Interface)
{
    /// <summary>From the manifest alone.</summary>
    public static Provenance Manifest { get; } = new(Source.Declared, "appliance.json");
}

/// <summary>The machine cannot say: the ability is missing, or the facts file does not hold it. Becomes <c>not assessed</c>, with the reason.</summary>
/// <param name="why">Why, one sentence.</param>
public sealed class NotAssessableException(string why) : Exception(why);
