using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Rehearsal;

/// <summary>Secrets of a rehearsal: the machine's store by its names from the facts file, never by its contents; variables and files for real.</summary>
internal sealed class RehearsalSecrets(FactsStore store) : ISecrets
{
    public Provenance Provenance { get; } = new(Source.Modelled, "facts file (names only); variables and files: real");

    public Wording? WhyUnreachable(SecretReference reference) =>
        reference.StoreName is not { } name ? SecretPlaces.WhyUnreachable(reference)
        : RehearsalMachine.Recorded(store.Now.SecretNames, "secretNames").Contains(name) ? null
        : SecretPlaces.NoSecret(name);

    public void Keep(string name, byte[] secret) => store.Update(f => f with { SecretNames = [.. (f.SecretNames ?? []).Append(name).Distinct().Order(StringComparer.Ordinal)] });
}
