using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>CLI-3: what a page took of a client's memory with a large study, as measured for this release.</summary>
public sealed record ClientMemory : Assertion
{
    /// <summary>The gateway's loopback port.</summary>
    public required int Port { get; init; }

    /// <summary>The most that it may take.</summary>
    public required ByteSize Most { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("client-memory", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new($"etwa {Most} Arbeitsspeicher am Client", $"about {Most} at the client");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Gateway.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        if (Most.Bytes > Required.ClientMemory.Bytes)
            return AllowsMore(new($"erlaubt {Most}, die Systemvoraussetzungen {Required.ClientMemory}", $"allows {Most}, the requirements {Required.ClientMemory}"));
        var health = await machine.Gateway.ReadAsync(Port, cancel) ?? throw new NotAssessableException(WebClientServed.Silent);
        if (health.ClientMemoryBytes is not { } bytes)
            throw new NotAssessableException(health.WebClientServed ? new("es wurde für diese Version nicht gemessen", "it was not measured for this release") : WebClientServed.NotYet);
        return Judge(bytes <= Most.Bytes, Wording.Same($"{bytes / 1_000_000} MB"), machine.Gateway.Provenance);
    }
}
