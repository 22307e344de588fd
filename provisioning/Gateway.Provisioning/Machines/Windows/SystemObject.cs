using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>What is opened like a file and is none: a device, a console's input ("CreateFileW function", Microsoft Learn).</summary>
[SupportedOSPlatform("windows")]
internal static partial class SystemObject
{
    private const uint ReadAndWrite = 0xC0000000; // GENERIC_READ | GENERIC_WRITE
    private const uint ShareBoth = 3; // FILE_SHARE_READ | FILE_SHARE_WRITE
    private const uint Existing = 3; // OPEN_EXISTING

    /// <summary>Opens one that is there, for reading and writing, beside others.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its handle, which is invalid when it could not be opened: the last error says why.</returns>
    public static SafeFileHandle Open(string name) => CreateFile(name, ReadAndWrite, ShareBoth, 0, Existing, 0, 0);

    [LibraryImport("kernel32.dll", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial SafeFileHandle CreateFile(string name, uint access, uint share, nint security, uint disposition, uint flags, nint template);
}
