using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Machines.Rehearsal;

/// <summary>The generation of a rehearsed machine: its identifier is modelled, what is recorded of it lies in the rehearsal's real state root.</summary>
/// <param name="store">Its facts.</param>
/// <param name="stateRoot">The state root.</param>
internal sealed class RehearsalGeneration(FactsStore store, string stateRoot) : IGeneration
{
    private readonly GenerationFile file = new(stateRoot);

    public Provenance Provenance { get; } = new(Source.Modelled, "facts file; recorded: generations.json of the rehearsal");

    public RecordedGeneration? Recorded => file.Last;

    public Task<string?> IdentifierAsync(CancellationToken cancel) => Task.FromResult(RehearsalMachine.Recorded(store.Now.Generation, "generation").Identifier);

    public void Record(RecordedGeneration generation) => file.Append(generation);
}
