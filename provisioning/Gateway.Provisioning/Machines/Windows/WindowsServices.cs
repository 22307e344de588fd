using System.ComponentModel;
using System.Runtime.Versioning;
using System.Security;
using System.ServiceProcess;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Microsoft.Win32;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>Services of this computer: their state from the service control manager, their configuration from where it keeps it.</summary>
/// <param name="ours">The services of the appliance: of those that depend on one another, only these are stopped along.</param>
/// <param name="own">The service that this program runs as, or null.</param>
[SupportedOSPlatform("windows")]
internal sealed class WindowsServices(IReadOnlyCollection<string> ours, string? own = null) : IServices
{
    private const string Database = @"SYSTEM\CurrentControlSet\Services\";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly SharedAnswer<IReadOnlyList<ServiceState>> all = new(cancel => Task.Run(ReadNow, cancel));

    public Provenance Provenance { get; } = new(Source.Measured, "service control manager");

    public Wording? WhyRecoveryUnknown { get; } = WindowsFiles.IsWine()
        ? new("dies ist Wine, das weder verzögerten Start noch Wiederherstellung nach Fehlern speichert", "this is Wine, which keeps neither delayed start nor failure actions")
        : null;

    public string? Own => own;

    public bool IsOwnDeleted { get; private set; }

    public Task<IReadOnlyList<ServiceState>> ReadAsync(CancellationToken cancel) => all.GetAsync(cancel);

    /// <summary>The next read asks Windows: somebody else may have changed something.</summary>
    public void Forget() => all.Forget();

    public Task ConfigureAsync(ServiceState service, CancellationToken cancel)
    {
        if (service.Unreadable is { } why)
            throw new RefusedException(Diagnostic.Error("GW2205", $"The service {service.Name} cannot be put back: its configuration could not be read before ({why}).", "Ask who protects it; the product changes only what it could put back."));
        Forget();
        ServiceLogons.RefuseToLosePassword(AccountOf(service.Name), service);
        ServiceControlManager.CreateOrConfigure(service);
        return Task.CompletedTask;
    }

    public async Task DeleteAsync(string name, CancellationToken cancel)
    {
        Forget();
        if (name.Equals(own, StringComparison.OrdinalIgnoreCase))
        {
            ServiceControlManager.MarkForDeletion(name);
            IsOwnDeleted = true;
        }
        else if (ServiceControlManager.Exists(name))
        {
            await StopAsync(name, cancel);
            await ServiceControlManager.RemoveAsync(name, Patience, cancel);
        }
    }

    public Task StartAsync(string name, CancellationToken cancel) => TellAsync(
        name,
        ServiceControllerStatus.Running,
        controller =>
        {
            if (controller.Status is not (ServiceControllerStatus.Running or ServiceControllerStatus.StartPending))
                controller.Start();
        },
        cancel);

    public Task StopAsync(string name, CancellationToken cancel) => TellAsync(
        name,
        ServiceControllerStatus.Stopped,
        controller =>
        {
            if (controller.Status is ServiceControllerStatus.Stopped or ServiceControllerStatus.StopPending)
                return;
            RefuseToStopOthers(controller);
            controller.Stop(stopDependentServices: true);
        },
        cancel);

    // .NET says only that it did not work; why it did not stands in what Windows answered.
    private Task TellAsync(string name, ServiceControllerStatus wanted, Action<ServiceController> tell, CancellationToken cancel) => Task.Run(
        () =>
        {
            Forget();
            using var controller = new ServiceController(name);
            try
            {
                tell(controller);
                controller.WaitForStatus(wanted, Patience);
            }
            catch (InvalidOperationException e) when (e.InnerException is Win32Exception { NativeErrorCode: not ServiceControlManager.ServiceDoesNotExist } why)
            {
                throw Unwilling(name, wanted, $"{why.Message} ({why.NativeErrorCode})", e);
            }
            catch (System.ServiceProcess.TimeoutException e)
            {
                throw Unwilling(name, wanted, $"after {Patience.TotalSeconds} s it is {controller.Status}", e);
            }
        },
        cancel);

    private static RefusedException Unwilling(string name, ServiceControllerStatus wanted, string why, Exception cause) => new(
        Diagnostic.Error("GW2206", $"The service {name} does not {(wanted == ServiceControllerStatus.Running ? "start" : "stop")}: {why}.", "Its own log and the event log say more; start or stop it by hand to see whether it does now."),
        cause);

    // "ServiceController.Stop(Boolean)": with true, whatever depends on a service is stopped with it.
    private void RefuseToStopOthers(ServiceController controller)
    {
        var others = controller.DependentServices.Where(d => d.Status != ServiceControllerStatus.Stopped).Select(d => d.ServiceName).Except(ours, StringComparer.OrdinalIgnoreCase).ToList();
        if (others.Count > 0)
            throw new RefusedException(Diagnostic.Error("GW2204", $"The service {controller.ServiceName} cannot be stopped: {string.Join(", ", others)} run and depend on it, and are not the product's.", "Stop them first; or take their dependency away, and tell their maker."));
    }

    private static IReadOnlyList<ServiceState> ReadNow()
    {
        using var machine = RegistryKey.OpenBaseKey(RegistryHive.LocalMachine, RegistryView.Registry64);
        var found = new List<ServiceState>();
        foreach (var controller in ServiceController.GetServices())
        {
            using (controller)
            {
                if (Read(machine, controller) is { } state)
                    found.Add(state);
            }
        }

        return found;
    }

    // Null for one that was deleted since it was listed. One that may not be read keeps nobody from reading the others.
    private static ServiceState? Read(RegistryKey machine, ServiceController controller)
    {
        try
        {
            using var key = machine.OpenSubKey(Database + controller.ServiceName);
            return key?.GetValue("ImagePath", null, RegistryValueOptions.DoNotExpandEnvironmentNames) is string path ? StateOf(controller, key, path) : null;
        }
        catch (Exception e) when (e is SecurityException or UnauthorizedAccessException)
        {
            return new ServiceState(controller.ServiceName, controller.DisplayName, "", "", ServiceStart.Manual, false, [], controller.Status == ServiceControllerStatus.Running) { Unreadable = e.Message };
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            return null; // its key was deleted under our hands (ERROR_KEY_DELETED)
        }
    }

    // Empty for one of those that every Windows has, whatever they are called in its language.
    private static string AccountOf(string name)
    {
        using var machine = RegistryKey.OpenBaseKey(RegistryHive.LocalMachine, RegistryView.Registry64);
        using var key = machine.OpenSubKey(Database + name);
        return key?.GetValue("ObjectName") is string account && ServiceAccounts.NameOf(account, ServiceAccounts.Resolve) is null ? account : "";
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
            FailureActions.Restarts(key.GetValue("FailureActions") as byte[]) && key.GetValue("FailureActionsOnNonCrashFailures") is 1,
            key.GetValue("DependOnService") as string[] ?? [],
            controller.Status == ServiceControllerStatus.Running);
    }
}
