using System.CommandLine;
using Gwctl.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gwctl.Commands;

/// <summary>Looks after an installed appliance until it is stopped: the Windows service GatewayProvisioning.</summary>
internal static class ServiceCommand
{
    private const string ServiceName = "GatewayProvisioning";

    public static Command Create()
    {
        var command = Inputs.Command(
            "service",
            """
            Go on with runs that were cut off and look for drift every night, until it is stopped. Windows runs it as the service GatewayProvisioning.

            Example:
              gwctl service --root /tmp/site
            """,
            Inputs.Root);
        command.SetAction(async (parsed, cancel) =>
        {
            var root = parsed.GetValue(Inputs.Root);
            var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            builder.Services.AddWindowsService(options => options.ServiceName = ServiceName);
            builder.Logging.AddSimpleConsole(options => options.SingleLine = true).AddFilter("Microsoft", LogLevel.Warning);
            builder.Services.AddSingleton(TimeProvider.System);
            builder.Services.AddHostedService(services =>
                new ProvisioningWorker(root, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ProvisioningWorker>>()));
            using var host = builder.Build();
            await host.RunAsync(cancel);
            return (int)ExitCode.Holds;
        });
        return command;
    }
}
