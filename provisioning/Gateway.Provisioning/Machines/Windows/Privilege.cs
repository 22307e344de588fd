using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>A privilege of this process, on for as long as it is held ("Enabling and Disabling Privileges in C++", Microsoft Learn): an administrator's token has it, but switched off.</summary>
[SupportedOSPlatform("windows")]
internal sealed partial class Privilege : IDisposable
{
    /// <summary>SE_RESTORE_NAME: sets any owner, and writes whatever the access rights say.</summary>
    public const string Restore = "SeRestorePrivilege";

    private const uint AdjustAndQuery = 0x0020 | 0x0008; // TOKEN_ADJUST_PRIVILEGES, TOKEN_QUERY
    private const uint On = 2; // SE_PRIVILEGE_ENABLED
    private const int NotAllAssigned = 1300; // ERROR_NOT_ALL_ASSIGNED

    private readonly SafeAccessTokenHandle token;
    private readonly State before;

    private Privilege(SafeAccessTokenHandle token, State before, bool isHeld) => (this.token, this.before, IsHeld) = (token, before, isHeld);

    /// <summary>Whether the process has the privilege at all.</summary>
    public bool IsHeld { get; }

    /// <summary>Switches a privilege on; one that the process does not have is told by <see cref="IsHeld"/>.</summary>
    /// <param name="name">The privilege.</param>
    /// <exception cref="Win32Exception">The process' own token cannot be opened or changed.</exception>
    public static Privilege Enable(string name)
    {
        if (!OpenProcessToken(GetCurrentProcess(), AdjustAndQuery, out var token))
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        var wanted = new State { Count = 1, Attributes = On };
        if (!LookupPrivilegeValue(null, name, out wanted.Luid) || !AdjustTokenPrivileges(token, false, wanted, Marshal.SizeOf<State>(), out var before, out _))
        {
            var error = Marshal.GetLastPInvokeError();
            token.Dispose();
            throw new Win32Exception(error);
        }

        return new Privilege(token, before, Marshal.GetLastPInvokeError() != NotAllAssigned);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // What was on already is not part of the state before, and stays on.
        if (before.Count > 0)
            AdjustTokenPrivileges(token, false, before, Marshal.SizeOf<State>(), out _, out _);
        token.Dispose();
    }

    // TOKEN_PRIVILEGES with one entry.
    [StructLayout(LayoutKind.Sequential)]
    private struct State
    {
        public uint Count;
        public Identifier Luid;
        public uint Attributes;
    }

    // LUID
    [StructLayout(LayoutKind.Sequential)]
    private struct Identifier
    {
        public uint Low;
        public int High;
    }

    [LibraryImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint GetCurrentProcess();

    [LibraryImport("advapi32.dll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool OpenProcessToken(nint process, uint access, out SafeAccessTokenHandle token);

    [LibraryImport("advapi32.dll", EntryPoint = "LookupPrivilegeValueW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool LookupPrivilegeValue(string? system, string name, out Identifier luid);

    [LibraryImport("advapi32.dll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AdjustTokenPrivileges(SafeAccessTokenHandle token, [MarshalAs(UnmanagedType.Bool)] bool disableAll, in State wanted, int roomForBefore, out State before, out int size);
}
