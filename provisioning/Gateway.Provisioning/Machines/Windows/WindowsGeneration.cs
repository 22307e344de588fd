using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Gateway.Provisioning.Machines.Abilities;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// The generation of this computer, from the driver of the device that its hypervisor shows: the device \\.\VmGenerationCounter, asked by IOCTL_VMGENCOUNTER_READ without an input, as
/// an administrator or SYSTEM; it "will not be present if the app is not running in a virtual machine" ("Virtual machine generation identifier", "VM_GENCOUNTER structure", Microsoft Learn).
/// </summary>
/// <param name="stateRoot">The state root.</param>
[SupportedOSPlatform("windows")]
internal sealed partial class WindowsGeneration(string stateRoot) : IGeneration
{
    private const string Device = @"\\.\VmGenerationCounter";
    private const uint ReadCounter = 0x32C004; // IOCTL_VMGENCOUNTER_READ: CTL_CODE(FILE_DEVICE_ACPI, 1, METHOD_BUFFERED, FILE_READ_ACCESS | FILE_WRITE_ACCESS)
    private const int NoSuchFile = 2; // ERROR_FILE_NOT_FOUND
    private const int NoSuchPath = 3; // ERROR_PATH_NOT_FOUND
    private readonly GenerationFile file = new(stateRoot);

    public Provenance Provenance { get; } = new(Source.Measured, $@"{Device}, IOCTL_VMGENCOUNTER_READ; recorded: {Path.Combine(stateRoot, "generations.json")}");

    public RecordedGeneration? Recorded => file.Last;

    public void Record(RecordedGeneration generation) => file.Append(generation);

    public Task<string?> IdentifierAsync(CancellationToken cancel)
    {
        using var device = SystemObject.Open(Device);
        var error = Marshal.GetLastPInvokeError();
        if (device.IsInvalid)
            return error is NoSuchFile or NoSuchPath ? Task.FromResult<string?>(null) : throw Unread(error);
        return DeviceIoControl(device, ReadCounter, 0, 0, out var counter, Marshal.SizeOf<Counter>(), out _, 0)
            ? Task.FromResult<string?>($"{counter.High:x16}{counter.Low:x16}")
            : throw Unread(Marshal.GetLastPInvokeError());
    }

    private static NotAssessableException Unread(int error)
    {
        var why = new Win32Exception(error).Message;
        return new(new(
            $"die Generation der virtuellen Maschine lässt sich nicht lesen ({why}); das Programm muss mit Administratorrechten laufen",
            $"the virtual machine's generation cannot be read ({why}); the program has to run with an administrator's rights"));
    }

    // VM_GENCOUNTER
    [StructLayout(LayoutKind.Sequential)]
    private struct Counter
    {
        public ulong Low;
        public ulong High;
    }

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool DeviceIoControl(SafeFileHandle device, uint code, nint input, int inputSize, out Counter output, int outputSize, out int returned, nint overlapped);
}
