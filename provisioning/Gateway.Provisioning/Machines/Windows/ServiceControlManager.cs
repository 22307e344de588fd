using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Gateway.Provisioning.Machines.Abilities;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>The service control manager's own interface (winsvc.h): what .NET's ServiceController cannot do, which is to create, configure and delete.</summary>
[SupportedOSPlatform("windows")]
internal static partial class ServiceControlManager
{
    private const uint ManagerConnectAndCreate = 0x0001 | 0x0002;
    private const uint ChangeConfigAndStart = 0x0002 | 0x0010; // restart actions need SERVICE_START
    private const uint Delete = 0x00010000;
    private const uint OwnProcess = 0x10;
    private const uint NormalErrors = 1;
    private const uint FailureActions = 2;
    private const uint DelayedStart = 3;
    private const int ServiceDoesNotExist = 1060;
    private const int ActionRestart = 1;
    private const uint Day = 86400;

    public static void CreateOrConfigure(ServiceState service)
    {
        using var manager = Checked(OpenSCManager(null, null, ManagerConnectAndCreate), "open the service control manager");
        var start = service.Start switch { ServiceStart.Manual => 3u, ServiceStart.Disabled => 4u, _ => 2u };
        var dependencies = string.Concat(service.DependsOn.Select(d => d + "\0")) + "\0";
        using var existing = OpenService(manager, service.Name, ChangeConfigAndStart);
        if (existing.IsInvalid && Marshal.GetLastPInvokeError() != ServiceDoesNotExist)
            throw Failed($"open the service {service.Name}");

        if (!existing.IsInvalid)
        {
            if (!ChangeServiceConfig(existing, OwnProcess, start, NormalErrors, service.CommandLine, null, 0, dependencies, service.Account, null, service.DisplayName))
                throw Failed($"configure the service {service.Name}");
            Configure(existing, service);
            return;
        }

        using var created = Checked(
            CreateService(manager, service.Name, service.DisplayName, ChangeConfigAndStart, OwnProcess, start, NormalErrors, service.CommandLine, null, 0, dependencies, service.Account, null),
            $"create the service {service.Name}");
        Configure(created, service);
    }

    public static void Remove(string name)
    {
        using var manager = Checked(OpenSCManager(null, null, ManagerConnectAndCreate), "open the service control manager");
        using var service = OpenService(manager, name, Delete);
        if (service.IsInvalid)
        {
            if (Marshal.GetLastPInvokeError() != ServiceDoesNotExist)
                throw Failed($"open the service {name}");
            return;
        }

        if (!DeleteService(service))
            throw Failed($"delete the service {name}");
    }

    private static unsafe void Configure(ServiceHandle handle, ServiceState service)
    {
        var delayed = service.Start == ServiceStart.DelayedAutomatic ? 1 : 0;
        if (service.Start is ServiceStart.Automatic or ServiceStart.DelayedAutomatic && !ChangeServiceConfig2(handle, DelayedStart, &delayed) && !WindowsFiles.IsWine())
            throw Failed($"set the delayed start of {service.Name}");

        // Restart after 5 s, 30 s, and 60 s from then on; a day without failure forgets them.
        var actions = stackalloc int[] { ActionRestart, 5_000, ActionRestart, 30_000, ActionRestart, 60_000 };
        var failure = new FailureActionsInfo { ResetPeriod = Day, ActionCount = service.RestartOnFailure ? 3u : 0u, Actions = actions };
        if (!ChangeServiceConfig2(handle, FailureActions, &failure) && !WindowsFiles.IsWine())
            throw Failed($"set the failure actions of {service.Name}");
    }

    private static ServiceHandle Checked(ServiceHandle handle, string what) => handle.IsInvalid ? throw Failed(what) : handle;

    private static Win32Exception Failed(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new Win32Exception(error, $"cannot {what}: {new Win32Exception(error).Message} ({error})");
    }

    [LibraryImport("advapi32.dll", EntryPoint = "OpenSCManagerW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial ServiceHandle OpenSCManager(string? machine, string? database, uint access);

    [LibraryImport("advapi32.dll", EntryPoint = "OpenServiceW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial ServiceHandle OpenService(ServiceHandle manager, string name, uint access);

    [LibraryImport("advapi32.dll", EntryPoint = "CreateServiceW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial ServiceHandle CreateService(
        ServiceHandle manager, string name, string displayName, uint access, uint type, uint start, uint errorControl, string path, string? group, nint tag, string dependencies, string account, string? password);

    [LibraryImport("advapi32.dll", EntryPoint = "ChangeServiceConfigW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ChangeServiceConfig(
        ServiceHandle service, uint type, uint start, uint errorControl, string path, string? group, nint tag, string dependencies, string account, string? password, string displayName);

    [LibraryImport("advapi32.dll", EntryPoint = "ChangeServiceConfig2W", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool ChangeServiceConfig2(ServiceHandle service, uint level, void* information);

    [LibraryImport("advapi32.dll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool DeleteService(ServiceHandle service);

    [LibraryImport("advapi32.dll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseServiceHandle(nint handle);

    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct FailureActionsInfo
    {
        public uint ResetPeriod;
        public char* RebootMessage;
        public char* Command;
        public uint ActionCount;
        public int* Actions;
    }

    internal sealed class ServiceHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        protected override bool ReleaseHandle() => CloseServiceHandle(handle);
    }
}
