namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>
/// The virtual machine's generation: its hypervisor gives it a new identifier when it is set back to a snapshot, restored from a backup or copied, and at no other time
/// ("Virtual machine generation identifier", Microsoft Learn). What the product recorded of it lies in the state root, which goes back with the machine.
/// </summary>
public interface IGeneration : IAbility
{
    /// <summary>The identifier that the machine has now, or null when it is shown none: a physical machine, or a hypervisor that gives none.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<string?> IdentifierAsync(CancellationToken cancel);

    /// <summary>What was recorded last, or null.</summary>
    RecordedGeneration? Recorded { get; }

    /// <summary>Records a generation; those before it stay.</summary>
    /// <param name="generation">The generation.</param>
    void Record(RecordedGeneration generation);
}

/// <summary>A generation that the product has seen.</summary>
/// <param name="Identifier">Its identifier, 32 hexadecimal digits.</param>
/// <param name="At">When it was recorded (UTC).</param>
/// <param name="By">Who reconciled what the machine had sent and received before; null for the first.</param>
public sealed record RecordedGeneration(string Identifier, DateTimeOffset At, string? By);
