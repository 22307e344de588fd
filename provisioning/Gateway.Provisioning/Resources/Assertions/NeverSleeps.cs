using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>X-PWR: the machine never goes to sleep by itself. A gateway that sleeps takes no image, and nobody wakes it.</summary>
public sealed record NeverSleeps : Assertion
{
    /// <inheritdoc/>
    public override ResourceId Id => Named("never-sleeps", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new("der Rechner geht nie von selbst in den Energiesparmodus oder Ruhezustand", "the machine never sleeps or hibernates by itself");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Policies.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var power = await machine.Policies.PowerAsync(cancel);
        Wording[] found =
        [
            .. power is { CanSleep: true, SleepsAfterSeconds: > 0 } ? [new($"Energiesparmodus nach {Minutes(power.SleepsAfterSeconds)} min", $"sleeps after {Minutes(power.SleepsAfterSeconds)} min")] : Array.Empty<Wording>(),
            .. power is { CanHibernate: true, HibernatesAfterSeconds: > 0 } ? [new($"Ruhezustand nach {Minutes(power.HibernatesAfterSeconds)} min", $"hibernates after {Minutes(power.HibernatesAfterSeconds)} min")] : Array.Empty<Wording>(),
        ];
        return found.Length == 0
            ? Judge(true, power.CanSleep || power.CanHibernate ? new("nie", "never") : new("der Rechner hat keinen Energiesparmodus", "the machine has no sleep state"), machine.Policies.Provenance)
            : Judge(false, Wording.Join(", ", found), machine.Policies.Provenance, new(
                "die Administratoren der Domäne um ein Energieschema ohne Energiesparmodus und Ruhezustand für diesen Rechner bitten, oder „powercfg /change standby-timeout-ac 0“ und „powercfg /change hibernate-timeout-ac 0“ ausführen, wo keine Richtlinie es vorgibt",
                "ask the domain's administrators for a power scheme without sleep and hibernation for this machine, or run 'powercfg /change standby-timeout-ac 0' and 'powercfg /change hibernate-timeout-ac 0' where no policy sets it"));
    }

    private static string Minutes(int seconds) => (seconds / 60.0).ToString("0.#", System.Globalization.CultureInfo.InvariantCulture);
}
