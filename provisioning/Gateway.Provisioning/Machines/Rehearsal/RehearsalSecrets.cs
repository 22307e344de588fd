using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Rehearsal;

/// <summary>Secrets of a rehearsal. The machine's store is modelled by the names that it holds; variables and files are looked for for real.</summary>
internal sealed class RehearsalSecrets(FactsStore store) : ISecrets
{
    public Provenance Provenance { get; } = new(Source.Modelled, "facts file (names only); variables and files: real");

    public Wording? WhyUnreachable(SecretReference reference)
    {
        if (reference.Variable is { } variable)
            return string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)) ? new($"die Umgebungsvariable {variable} ist nicht gesetzt", $"the environment variable {variable} is not set") : null;
        if (reference.File is { } file)
            return File.Exists(file) ? null : new($"die Datei {file} ist nicht vorhanden", $"there is no file {file}");
        return RehearsalMachine.Recorded(store.Now.SecretNames, "secretNames").Contains(reference.StoreName)
            ? null
            : new($"der Speicher des Rechners enthält kein Geheimnis „{reference.StoreName}“", $"the machine's store holds no secret '{reference.StoreName}'");
    }
}
