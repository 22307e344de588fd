using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>The service control manager's own interface (winsvc.h): what .NET's ServiceController cannot do, which is to create, configure and delete.</summary>
[SupportedOSPlatform("windows")]
internal static partial class ServiceControlManager
{
    private const uint ManagerConnect = 0x0001;
    private const uint ManagerConnectAndCreate = ManagerConnect | 0x0002;
    private const uint ChangeConfigAndStart = 0x0002 | 0x0010; // restart actions need SERVICE_START
    private const uint QueryStatus = 0x0004;
    private const int ProcessInformation = 0; // SC_STATUS_PROCESS_INFO
    private const uint Delete = 0x00010000;
    private const uint OwnProcess = 0x10;
    private const uint NormalErrors = 1;
    private const uint NoChange = 0xFFFFFFFF; // SERVICE_NO_CHANGE
    private const uint FailureActionsLevel = 2; // SERVICE_CONFIG_FAILURE_ACTIONS
    private const uint DelayedStart = 3; // SERVICE_CONFIG_DELAYED_AUTO_START_INFO
    private const uint FailureActionsFlag = 4; // SERVICE_CONFIG_FAILURE_ACTIONS_FLAG
    /// <summary>ERROR_SERVICE_DOES_NOT_EXIST.</summary>
    public const int ServiceDoesNotExist = 1060;

    private const int MarkedForDelete = 1072;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
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
            // Its type and error control are not part of the state: what is not known cannot be put back, and stays.
            if (!ChangeServiceConfig(existing, NoChange, start, NoChange, service.CommandLine, null, 0, dependencies, service.Account, ServiceLogons.PasswordOf(service.Account), service.DisplayName))
                throw MarkedOr(service.Name, $"configure the service {service.Name}");
            Configure(existing, service);
            return;
        }

        using var created = CreateService(manager, service.Name, service.DisplayName, ChangeConfigAndStart, OwnProcess, start, NormalErrors, service.CommandLine, null, 0, dependencies, service.Account, ServiceLogons.PasswordOf(service.Account));
        if (created.IsInvalid)
            throw MarkedOr(service.Name, $"create the service {service.Name}");
        Configure(created, service);
    }

    /// <summary>Deletes a service and waits until it is gone: DeleteService only marks it, and it stays until the last handle to it is closed ("DeleteService function", Microsoft Learn).</summary>
    /// <param name="name">Service name; nothing happens when there is none.</param>
    /// <param name="patience">How long others may hold it open.</param>
    /// <param name="cancel">Cancels the waiting.</param>
    /// <exception cref="RefusedException">Somebody still holds it open (GW2203).</exception>
    public static async Task RemoveAsync(string name, TimeSpan patience, CancellationToken cancel)
    {
        MarkForDeletion(name);
        using var manager = Checked(OpenSCManager(null, null, ManagerConnectAndCreate), "open the service control manager");
        for (var waited = TimeSpan.Zero; IsThere(manager, name); waited += Interval)
        {
            if (waited > patience)
                throw StillHeld(name);
            await Task.Delay(Interval, cancel);
        }
    }

    /// <summary>Marks a service for deletion: while it runs it goes on, and is gone when it has stopped ("DeleteService function", Microsoft Learn).</summary>
    /// <param name="name">Service name; nothing happens when there is none.</param>
    public static void MarkForDeletion(string name)
    {
        using var manager = Checked(OpenSCManager(null, null, ManagerConnectAndCreate), "open the service control manager");
        using var service = OpenService(manager, name, Delete);
        if (service.IsInvalid && Marshal.GetLastPInvokeError() != ServiceDoesNotExist)
            throw Failed($"open the service {name}");
        if (!service.IsInvalid && !DeleteService(service) && Marshal.GetLastPInvokeError() != MarkedForDelete)
            throw Failed($"delete the service {name}");
    }

    /// <summary>The process that a service runs in, or null while it does not run ("QueryServiceStatusEx function", "SERVICE_STATUS_PROCESS structure", Microsoft Learn).</summary>
    /// <param name="name">Service name.</param>
    public static unsafe int? ProcessOf(string name)
    {
        using var manager = Checked(OpenSCManager(null, null, ManagerConnect), "open the service control manager");
        using var service = OpenService(manager, name, QueryStatus);
        if (service.IsInvalid)
            return Marshal.GetLastPInvokeError() == ServiceDoesNotExist ? null : throw Failed($"open the service {name}");
        ServiceStatusProcess status;
        return QueryServiceStatusEx(service, ProcessInformation, &status, sizeof(ServiceStatusProcess), out _)
            ? status.ProcessId == 0 ? null : status.ProcessId
            : throw Failed($"ask for the process of the service {name}");
    }

    /// <summary>Whether there is a service of a name, or one that is marked for deletion and still held open.</summary>
    /// <param name="name">Service name.</param>
    public static bool Exists(string name)
    {
        using var manager = Checked(OpenSCManager(null, null, ManagerConnect), "open the service control manager");
        return IsThere(manager, name);
    }

    private static bool IsThere(ServiceHandle manager, string name)
    {
        using var service = OpenService(manager, name, QueryStatus);
        return !service.IsInvalid || Marshal.GetLastPInvokeError() != ServiceDoesNotExist;
    }

    private static RefusedException StillHeld(string name) => new(Diagnostic.Error(
        "GW2203", $"The service {name} is marked for deletion, and another program still holds it open.",
        "Close the Services console, Task Manager and whatever else shows services, or restart Windows; then go on."));

    private static unsafe void Configure(ServiceHandle handle, ServiceState service)
    {
        var delayed = service.Start == ServiceStart.DelayedAutomatic ? 1 : 0;
        if (service.Start is ServiceStart.Automatic or ServiceStart.DelayedAutomatic && !ChangeServiceConfig2(handle, DelayedStart, &delayed) && !WindowsFiles.IsWine())
            throw Failed($"set the delayed start of {service.Name}");

        // Restart after 5 s, 30 s, and 60 s from then on; a day without failure forgets them.
        var actions = stackalloc int[] { FailureActions.Restart, 5_000, FailureActions.Restart, 30_000, FailureActions.Restart, 60_000 };
        var failure = new FailureActionsInfo { ResetPeriod = Day, ActionCount = service.RestartOnFailure ? 3u : 0u, Actions = actions };
        if (!ChangeServiceConfig2(handle, FailureActionsLevel, &failure) && !WindowsFiles.IsWine())
            throw Failed($"set the failure actions of {service.Name}");

        // A service that stops with an error code of its own has failed too, not only one that crashes ("SERVICE_FAILURE_ACTIONS_FLAG structure", Microsoft Learn).
        var alsoNonCrash = service.RestartOnFailure ? 1 : 0;
        if (!ChangeServiceConfig2(handle, FailureActionsFlag, &alsoNonCrash) && !WindowsFiles.IsWine())
            throw Failed($"set the failure actions of {service.Name} for stops with an error code");
    }

    private static Exception MarkedOr(string service, string what) => Marshal.GetLastPInvokeError() == MarkedForDelete ? StillHeld(service) : Failed(what);

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
    private static unsafe partial bool QueryServiceStatusEx(ServiceHandle service, int level, ServiceStatusProcess* status, int size, out int needed);

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

    [StructLayout(LayoutKind.Sequential)]
    private struct ServiceStatusProcess
    {
        public uint ServiceType;
        public uint CurrentState;
        public uint ControlsAccepted;
        public uint ExitCode;
        public uint ServiceSpecificExitCode;
        public uint CheckPoint;
        public uint WaitHint;
        public int ProcessId;
        public uint ServiceFlags;
    }

    internal sealed class ServiceHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        protected override bool ReleaseHandle() => CloseServiceHandle(handle);
    }
}
