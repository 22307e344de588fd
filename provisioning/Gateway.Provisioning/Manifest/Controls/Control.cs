using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest.Controls;

/// <summary>How strongly the source asks.</summary>
public enum Force
{
    /// <summary>erforderlich, essenziell, min.</summary>
    Must,

    /// <summary>empfohlen, empfiehlt, sollte.</summary>
    Should,

    /// <summary>wir möchten Sie bitten.</summary>
    Request,
}

/// <summary>Whether a control may rest on a person's word.</summary>
public enum Attestable
{
    /// <summary>It is measured.</summary>
    Never,

    /// <summary>A person's word is enough.</summary>
    Always,

    /// <summary>Only where a third party's product cannot be asked.</summary>
    WhereItCannotBeMeasured,
}

/// <summary>One control: a requirement with the id by which code, plan, journal, tests and report name it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Force">How strongly the source asks.</param>
/// <param name="Clause">The clause of the source, in its own German words; null for a control of our own.</param>
/// <param name="German">What must hold, in German.</param>
/// <param name="English">What must hold, in English.</param>
/// <param name="Attestable">Whether it may rest on a person's word.</param>
public sealed record Control(ControlId Id, Force Force, string? Clause, string German, string English, Attestable Attestable)
{
    /// <summary>Whether it is one of our own, <em>not from the source</em>.</summary>
    public bool IsOurOwn => Clause is null;

    /// <summary>What happens when it is not met, unless the manifest says otherwise.</summary>
    public Enforcement Enforcement => Force == Force.Must ? Enforcement.Refuse : Enforcement.Warn;
}
