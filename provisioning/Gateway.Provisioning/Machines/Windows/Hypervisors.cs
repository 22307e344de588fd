namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// Whether a maker and model are those of a virtual machine. They come from the firmware and have no language. HypervisorPresent ("Win32_ComputerSystem class",
/// Microsoft Learn) does not decide: it is true on a physical host of Hyper-V too, and wherever virtualization-based security is on.
/// The names are those that <c>systemd-detect-virt</c> and the makers' own documents go by.
/// </summary>
internal static class Hypervisors
{
    private static readonly (string Maker, string Model)[] Virtual =
    [
        ("VMware", ""),
        ("Microsoft Corporation", "Virtual Machine"), // Hyper-V, Azure; a Surface is of the same maker
        ("QEMU", ""),
        ("Red Hat", ""),
        ("oVirt", ""),
        ("Nutanix", "AHV"),
        ("Xen", ""),
        ("innotek GmbH", "VirtualBox"),
        ("Oracle Corporation", "VirtualBox"),
        ("Parallels", ""),
        ("Google", "Google Compute Engine"),
        ("OpenStack", ""),
        ("BHYVE", ""),
    ];

    private static readonly string[] Models = ["VirtualBox", "KVM", "HVM domU", "VMware Virtual Platform"];

    /// <summary>Whether it is a virtual machine.</summary>
    public static bool IsVirtual(string maker, string model) =>
        Virtual.Any(known => maker.StartsWith(known.Maker, StringComparison.OrdinalIgnoreCase) && model.StartsWith(known.Model, StringComparison.OrdinalIgnoreCase))
        || Models.Any(known => model.StartsWith(known, StringComparison.OrdinalIgnoreCase))
        || (maker.StartsWith("Amazon EC2", StringComparison.OrdinalIgnoreCase) && !model.Contains("metal", StringComparison.OrdinalIgnoreCase));
}
