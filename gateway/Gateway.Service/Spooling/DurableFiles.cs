using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Gateway.Service.Spooling;

/// <summary>Renames that survive a loss of power, on either system; .NET has no call for it.</summary>
internal static partial class DurableFiles
{
    private const int ReadOnly = 0;
    private const uint MoveWriteThrough = 0x8;

    /// <summary>Moves a file whose content is flushed to a name that does not exist, and returns when the name is on the device.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    public static void Move(string source, string target)
    {
        if (OperatingSystem.IsWindows())
        {
            if (!MoveFileEx(source, target, MoveWriteThrough))
                throw new IOException($"The file cannot be renamed: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
            return;
        }

        File.Move(source, target, overwrite: true); // rename(2); the caller has made sure that nothing is overwritten
        FlushFolder(Path.GetDirectoryName(target)!);
    }

    /// <summary>Returns when the names in a folder are on the device. Windows has this for renames only, see <see cref="Move"/>.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
            throw new IOException($"The folder cannot be opened: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        try
        {
            if (Flush(descriptor) != 0)
                throw new IOException($"The folder cannot be flushed: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);

    [LibraryImport("kernel32", EntryPoint = "MoveFileExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool MoveFileEx(string source, string target, uint flags);
}
