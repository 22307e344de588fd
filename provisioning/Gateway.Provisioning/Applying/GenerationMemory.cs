using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Applying;

/// <summary>Remembers which generation of a virtual machine the product works on. The first is taken as it is; a later one only on the word of a person who has compared what went in and out.</summary>
public static class GenerationMemory
{
    /// <summary>Records the machine's generation when none is recorded yet and the machine has one.</summary>
    /// <param name="machine">The machine, whose state root is there.</param>
    /// <param name="clock">Says when.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task RecordFirstAsync(IMachine machine, TimeProvider clock, CancellationToken cancel)
    {
        if (machine.Generation.Recorded is null && await IdentifierAsync(machine, cancel) is { } identifier)
            machine.Generation.Record(new RecordedGeneration(identifier, clock.GetUtcNow(), By: null));
    }

    /// <summary>Records that a person has reconciled a machine that was set back, restored or copied.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="by">The person.</param>
    /// <param name="clock">Says when.</param>
    /// <param name="cancel">Cancels.</param>
    /// <returns>The generation before and the one now.</returns>
    /// <exception cref="RefusedException">Another apply runs (GW3001), or there is nothing to reconcile (GW3105).</exception>
    public static async Task<(RecordedGeneration Before, RecordedGeneration Now)> ReconcileAsync(IMachine machine, string by, TimeProvider clock, CancellationToken cancel)
    {
        if (machine.Generation.Recorded is not { } before)
            throw new RefusedException(Diagnostic.Error("GW3105", "Nothing to reconcile: no generation of this machine is recorded.", "'gwctl apply' records it."));
        if (await machine.Generation.IdentifierAsync(cancel) is not { } identifier || identifier == before.Identifier)
            throw new RefusedException(Diagnostic.Error("GW3105", $"Nothing to reconcile: since {before.At:yyyy-MM-dd HH:mm} UTC this machine was not set back, restored or copied, as far as its hypervisor shows.", "'gwctl verify' shows what else does not hold."));
        using var alone = ApplyLock.Take(machine.StateRoot);
        var now = new RecordedGeneration(identifier, clock.GetUtcNow(), by);
        machine.Generation.Record(now);
        return (before, now);
    }

    // X-SNAP says that nobody could say.
    private static async Task<string?> IdentifierAsync(IMachine machine, CancellationToken cancel)
    {
        try
        {
            return await machine.Generation.IdentifierAsync(cancel);
        }
        catch (NotAssessableException)
        {
            return null;
        }
    }
}
