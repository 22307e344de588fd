using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Managed;

/// <summary>A text value below HKEY_LOCAL_MACHINE. A value of another type that stood there comes back with its type and bytes.</summary>
public sealed record RegistryEntry : ManagedResource<RegistryValue>
{
    /// <summary>The kind's name.</summary>
    public const string Kind = "registry-value";

    /// <summary>Names the value.</summary>
    public required ItemId Name { get; init; }

    /// <summary>Key, name and text.</summary>
    public required RegistryValue Value { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => new(Kind, Name.Text);

    /// <inheritdoc/>
    protected override string Place => $@"{Value.Key}\{Value.Name}";

    /// <inheritdoc/>
    protected override Wording Expectation => new($@"HKLM\{Value.Key}\{Value.Name} ist „{Value.Text}“", $@"HKLM\{Value.Key}\{Value.Name} is '{Value.Text}'");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Registry.Provenance;

    /// <inheritdoc/>
    protected override Task<RegistryValue?> ReadAsync(IMachine machine, CancellationToken cancel) =>
        Task.FromResult(machine.Registry.Read(Value.Key, Value.Name));

    /// <inheritdoc/>
    protected override IEnumerable<PropertyChange> Compare(IMachine machine, RegistryValue? now) =>
        [.. Unequal("type", now?.TypeName, Value.TypeName), .. Unequal("text", now?.Text, Value.Text)];

    /// <inheritdoc/>
    protected override Task MakeAsync(IMachine machine, RegistryValue? now, bool restart, CancellationToken cancel)
    {
        machine.Registry.Write(Value);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task<string?> RestoreAsync(IMachine machine, RegistryValue? before, CancellationToken cancel)
    {
        if (before is null)
            machine.Registry.Remove(Value.Key, Value.Name);
        else
            machine.Registry.Write(before);
        return Task.FromResult<string?>(null);
    }
}
