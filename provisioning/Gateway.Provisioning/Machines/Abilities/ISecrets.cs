using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>Where secrets lie.</summary>
public interface ISecrets : IAbility
{
    /// <summary>Null when the secret can be reached, otherwise why not. Never its value.</summary>
    /// <param name="reference">The reference.</param>
    Wording? WhyUnreachable(SecretReference reference);

    /// <summary>Puts a secret into the machine's store, in place of one of the same name.</summary>
    /// <param name="name">Its name, as a reference has it.</param>
    /// <param name="secret">The secret.</param>
    void Keep(string name, byte[] secret);
}
