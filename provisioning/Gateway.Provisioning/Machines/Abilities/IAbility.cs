namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>An ability says how it knows. Each query fetches everything of its kind at once; whoever wants one joins in memory.</summary>
public interface IAbility
{
    /// <summary>Measured or modelled, and by which interface.</summary>
    Provenance Provenance { get; }
}
