using System.CommandLine;
using System.Runtime.Versioning;
using Gateway.Provisioning.Manifest;
using Gwctl.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.EventLog;

namespace Gwctl.Commands;

/// <summary>Looks after an installed appliance until it is stopped: the Windows service GatewayProvisioning.</summary>
internal static class ServiceCommand
{
    public static Command Create()
    {
        var command = Inputs.Command(
            "service",
            """
            Apply what 'gwctl apply' and 'gwctl rollback' hand over, go on with runs that were cut off, and look for drift every night, until it is
            stopped. Windows runs it as the service GatewayProvisioning.

            Example:
              gwctl service --root /tmp/site
            """,
            Inputs.Root);
        command.SetAction(async (parsed, cancel) =>
        {
            var root = parsed.GetValue(Inputs.Root);
            var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            builder.Services.AddWindowsService(options => options.ServiceName = ProvisioningService.Name);
            builder.Logging.AddSimpleConsole(options => options.SingleLine = true).AddFilter("Microsoft", LogLevel.Warning);
            builder.Services.AddSingleton(TimeProvider.System);
            if (OperatingSystem.IsWindows())
                builder.Services.Configure<EventLogSettings>(NameSource);
            builder.Services.AddSingleton<Turns>();
            builder.Services.AddSingleton(services => new ProvisioningWorker(
                root, services.GetRequiredService<Turns>(), services.GetRequiredService<IHostApplicationLifetime>(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ProvisioningWorker>>()));
            builder.Services.AddHostedService(services => services.GetRequiredService<ProvisioningWorker>());
            builder.Services.AddHostedService(services => new HandOverListener(
                root, services.GetRequiredService<Turns>(), services.GetRequiredService<ProvisioningWorker>(), services.GetRequiredService<IHostApplicationLifetime>(),
                services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<HandOverListener>>()));
            using var host = builder.Build();
            await host.RunAsync(cancel);
            return (int)ExitCode.Holds;
        });
        return command;
    }

    [SupportedOSPlatform("windows")]
    private static void NameSource(EventLogSettings settings) => settings.SourceName = ProvisioningService.Name;
}
