using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>HW-5: physical and virtual machines alike; which one is recorded as evidence.</summary>
public sealed record RealMachine : Assertion
{
    /// <inheritdoc/>
    public override ResourceId Id => Named("real-machine", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new("eine physische oder virtuelle Maschine", "a physical or a virtual machine");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Facts.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var hardware = await machine.Facts.HardwareAsync(cancel);
        return Judge(
            hardware.Platform != Platform.Container,
            Show(hardware.Platform, hardware.Hypervisor is null ? "" : $" ({hardware.Hypervisor})"),
            machine.Facts.Provenance);
    }

    private static Wording Show(Platform platform, string hypervisor) => platform switch
    {
        Platform.Physical => new("physisch" + hypervisor, "physical" + hypervisor),
        Platform.Virtual => new("virtuell" + hypervisor, "virtual" + hypervisor),
        _ => new("Container" + hypervisor, "container" + hypervisor),
    };
}
