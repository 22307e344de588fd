using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>HW-2: memory, with a tolerance for what the firmware keeps.</summary>
public sealed record EnoughMemory : Assertion
{
    /// <summary>The least amount.</summary>
    public required ByteSize Memory { get; init; }

    /// <summary>The tolerance, percent.</summary>
    public required int TolerancePercent { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("enough-memory", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"{Memory} Arbeitsspeicher, {TolerancePercent} % Toleranz",
        $"{Memory} of memory, {TolerancePercent} % tolerance");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Facts.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        if (Memory.Bytes < Required.Memory.Bytes)
            return AsksForLess(Wording.Same(Memory.Text), Wording.Same(Required.Memory.Text));
        if (TolerancePercent > Required.MemoryTolerancePercent)
            return AllowsMore(new($"lässt {TolerancePercent} % Toleranz zu, die Systemvoraussetzungen {Required.MemoryTolerancePercent} %", $"forgives {TolerancePercent} %, the requirements {Required.MemoryTolerancePercent} %"));
        var hardware = await machine.Facts.HardwareAsync(cancel);
        return Judge(hardware.MemoryBytes >= Memory.Bytes / 100 * (100 - TolerancePercent), Wording.Same($"{hardware.MemoryBytes / (double)(1L << 30):0.0} GiB"), machine.Facts.Provenance);
    }
}
