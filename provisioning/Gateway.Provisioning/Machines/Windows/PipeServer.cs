using System.ComponentModel;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>A named pipe of a service: who may talk to it, and whether it is really the service that answers. Another program could have taken the name before.</summary>
[SupportedOSPlatform("windows")]
public static partial class PipeServer
{
    /// <summary>
    /// SYSTEM and Administrators, nobody else. Both get full control: to open a pipe for writing asks for the right to make an instance of it too, because
    /// both rights are one bit ("Named Pipe Security and Access Rights", Microsoft Learn).
    /// </summary>
    public static PipeSecurity SystemAndAdministrators()
    {
        var security = new PipeSecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        foreach (var who in new[] { WellKnownSidType.LocalSystemSid, WellKnownSidType.BuiltinAdministratorsSid })
            security.AddAccessRule(new PipeAccessRule(new SecurityIdentifier(who, null), PipeAccessRights.FullControl, AccessControlType.Allow));
        return security;
    }

    /// <summary>Whether the process at the other end is the one that the service control manager runs as a service ("GetNamedPipeServerProcessId function", Microsoft Learn).</summary>
    /// <param name="pipe">The client's end.</param>
    /// <param name="service">The service.</param>
    public static bool IsService(SafePipeHandle pipe, string service) =>
        GetNamedPipeServerProcessId(pipe, out var process)
            ? process == ServiceControlManager.ProcessOf(service)
            : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"cannot ask for the process that serves the pipe of {service}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetNamedPipeServerProcessId(SafePipeHandle pipe, out int process);
}
