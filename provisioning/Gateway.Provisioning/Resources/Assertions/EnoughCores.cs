using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>HW-1: processor cores.</summary>
public sealed record EnoughCores : Assertion
{
    /// <summary>The least number.</summary>
    public required int Cores { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("enough-cores", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => Show(Cores);

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Facts.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        if (Cores < Required.CpuCores)
            return AsksForLess(Show(Cores), Show(Required.CpuCores));
        var hardware = await machine.Facts.HardwareAsync(cancel);
        return Judge(hardware.CpuCores >= Cores, Show(hardware.CpuCores), machine.Facts.Provenance);
    }

    private static Wording Show(int cores) => new($"{cores} Kerne", $"{cores} cores");
}
