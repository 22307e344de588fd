using Gateway.Service.Configuration;
using Gateway.Service.Health;
using Gateway.Service.Receiving;
using Gateway.Service.Spooling;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace Gateway.Service.Startup;

/// <summary>
/// The host: a Windows service, a systemd service or a console program, whichever started it. Nothing but the settings configures it: no
/// environment variable, no file beside the program.
/// </summary>
internal static class GatewayHost
{
    private static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(15); // ten for the associations, the rest to end

    public static WebApplication Build(ServiceSettings settings, MachineCheck machine, TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Gateway.Service" });
        builder.Services.AddSerilog(Logger(settings), dispose: true);
        builder.Services.AddWindowsService(options => options.ServiceName = "DicomMailGateway");
        builder.Services.AddSystemd();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTime);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(machine.Listening!);
        builder.Services.AddSingleton(machine.Spool!);
        builder.Services.AddSingleton(machine.Ledger!);
        builder.Services.AddSingleton<ServiceCounts>();
        builder.Services.AddSingleton<ServiceCondition>();
        builder.Services.AddSingleton<HealthEndpoint>();
        builder.Services.AddHostedService<Reconciliation>(); // before the first peer is let in
        builder.Services.AddHostedService<AssociationListener>();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(settings.HealthEndPoint);
        });

        var application = builder.Build();
        var health = application.Services.GetRequiredService<HealthEndpoint>();
        application.MapGet("/health", health.Answer);
        return application;
    }

    private static Serilog.Core.Logger Logger(ServiceSettings settings) => new LoggerConfiguration()
        .MinimumLevel.Information()
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        .WriteTo.Console(outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}") // traces are in the file
        .WriteTo.File(
            new CompactJsonFormatter(),
            Path.Combine(settings.LogFolder, "gateway-.json"),
            rollingInterval: RollingInterval.Day,
            retainedFileCountLimit: null,
            retainedFileTimeLimit: TimeSpan.FromDays(settings.LogRetainDays))
        .CreateLogger();
}
