using System.Runtime.Versioning;
using System.ServiceProcess;
using Gateway.Provisioning.Machines.Abilities;
using Microsoft.Win32;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>Services of this computer: their state from the service control manager, their configuration from where it keeps it.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsServices : IServices
{
    private const string Database = @"SYSTEM\CurrentControlSet\Services\";
    private const int FailureActionCountOffset = 12; // SERVICE_FAILURE_ACTIONS as it lies in the registry: reset period, two unused words, count
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public Provenance Provenance { get; } = new(Source.Measured, "service control manager");

    public string? WhyRecoveryUnknown { get; } = WindowsFiles.IsWine() ? "this is Wine, which keeps neither delayed start nor failure actions" : null;

    public Task<IReadOnlyList<ServiceState>> ReadAsync(CancellationToken cancel)
    {
        using var machine = RegistryKey.OpenBaseKey(RegistryHive.LocalMachine, RegistryView.Registry64);
        var found = new List<ServiceState>();
        foreach (var controller in ServiceController.GetServices())
        {
            using (controller)
            using (var key = machine.OpenSubKey(Database + controller.ServiceName))
            {
                if (key?.GetValue("ImagePath", null, RegistryValueOptions.DoNotExpandEnvironmentNames) is string path)
                    found.Add(StateOf(controller, key, path));
            }
        }

        return Task.FromResult<IReadOnlyList<ServiceState>>(found);
    }

    public Task ConfigureAsync(ServiceState service, CancellationToken cancel)
    {
        ServiceControlManager.CreateOrConfigure(service);
        return Task.CompletedTask;
    }

    public async Task DeleteAsync(string name, CancellationToken cancel)
    {
        if (Exists(name))
        {
            await StopAsync(name, cancel);
            ServiceControlManager.Remove(name);
        }
    }

    public Task StartAsync(string name, CancellationToken cancel) => Task.Run(
        () =>
        {
            using var controller = new ServiceController(name);
            if (controller.Status is not (ServiceControllerStatus.Running or ServiceControllerStatus.StartPending))
                controller.Start();
            controller.WaitForStatus(ServiceControllerStatus.Running, Patience);
        },
        cancel);

    public Task StopAsync(string name, CancellationToken cancel) => Task.Run(
        () =>
        {
            using var controller = new ServiceController(name);
            if (controller.Status == ServiceControllerStatus.Stopped)
                return;
            if (controller.Status != ServiceControllerStatus.StopPending)
                controller.Stop();
            controller.WaitForStatus(ServiceControllerStatus.Stopped, Patience);
        },
        cancel);

    private static bool Exists(string name)
    {
        foreach (var controller in ServiceController.GetServices())
        {
            using (controller)
            {
                if (controller.ServiceName.Equals(name, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
        }

        return false;
    }

    private static ServiceState StateOf(ServiceController controller, RegistryKey key, string path)
    {
        var delayed = key.GetValue("DelayedAutostart") is 1;
        return new ServiceState(
            controller.ServiceName,
            controller.DisplayName,
            path,
            key.GetValue("ObjectName") as string ?? "LocalSystem",
            key.GetValue("Start") switch { 2 when delayed => ServiceStart.DelayedAutomatic, 2 => ServiceStart.Automatic, 4 => ServiceStart.Disabled, _ => ServiceStart.Manual },
            key.GetValue("FailureActions") is byte[] { Length: > FailureActionCountOffset } actions && actions[FailureActionCountOffset] > 0,
            key.GetValue("DependOnService") as string[] ?? [],
            controller.Status == ServiceControllerStatus.Running);
    }
}
