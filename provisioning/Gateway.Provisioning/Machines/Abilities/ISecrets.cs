using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>Where secrets lie.</summary>
public interface ISecrets : IAbility
{
    /// <summary>Null when the secret can be reached, otherwise why not. Never its value.</summary>
    /// <param name="reference">The reference.</param>
    Wording? WhyUnreachable(SecretReference reference);
}
