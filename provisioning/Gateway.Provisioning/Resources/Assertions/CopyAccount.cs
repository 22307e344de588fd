using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>
/// BAK-3: the share that backups are copied to can know who comes. The task runs as SYSTEM, which is the computer's account to other machines of its domain and nobody without one
/// ("LocalSystem account", Microsoft Learn).
/// </summary>
public sealed record CopyAccount : Assertion
{
    /// <summary>The share.</summary>
    public required string CopyTo { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("copy-account", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new($"der Rechner hat ein Konto, als das er {CopyTo} erreicht", $"the machine has an account as which it reaches {CopyTo}");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Policies.Provenance;

    /// <summary>What the share's administrators are asked for.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="copyTo">The share.</param>
    internal static Wording Ask(IMachine machine, string copyTo) => new(
        $"die Administratoren von {copyTo} bitten, dass das Computerkonto {machine.Name}$ dort ändern darf, in der Freigabe und im Ordner",
        $"ask the administrators of {copyTo} to let the computer account {machine.Name}$ modify it, in the share and in the folder");

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var domain = (await machine.Policies.DomainAsync(cancel)).Name;
        return domain is null
            ? Judge(
                false,
                new("der Rechner ist in keiner Domäne: die Aufgabe kommt namenlos an die Freigabe", "the machine is in no domain: the task comes to the share without a name"),
                machine.Policies.Provenance,
                new("den Rechner in die Domäne der Freigabe aufnehmen lassen, oder backup.copyTo weglassen und die eigene Sicherung des Standorts bestätigen", "have the machine joined to the share's domain, or leave backup.copyTo out and attest the site's own backup"))
            : Judge(true, new($"das Computerkonto {machine.Name}$ in {domain}", $"the computer account {machine.Name}$ in {domain}"), machine.Policies.Provenance, Ask(machine, CopyTo));
    }
}
