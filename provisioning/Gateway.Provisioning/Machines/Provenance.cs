using Gateway.Provisioning.Diagnosis;

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
/// <param name="word">Whose word can stand in place of the measurement.</param>
public sealed class NotAssessableException(Wording why, WhoseWord word = WhoseWord.Nobodys) : Exception(why?.English)
{
    /// <summary>Why, one sentence.</summary>
    public Wording Why => why;

    /// <summary>Whose word can stand in place of the measurement.</summary>
    public WhoseWord Word => word;
}

/// <summary>Whose word can stand where nothing was measured.</summary>
public enum WhoseWord
{
    /// <summary>Nobody's: the machine knows, and could not be asked this time.</summary>
    Nobodys,

    /// <summary>A responsible person's: it lies where no interface of this machine reaches, a third party's settings say.</summary>
    APersons,
}
