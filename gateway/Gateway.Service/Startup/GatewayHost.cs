using System.Security.Cryptography;
using Gateway.Service.Alarming;
using Gateway.Service.Asking;
using Gateway.Service.Auditing;
using Gateway.Service.Committing;
using Gateway.Service.Configuration;
using Gateway.Service.Continuity;
using Gateway.Service.Delivering;
using Gateway.Service.Health;
using Gateway.Service.Indexing;
using Gateway.Service.Keeping;
using Gateway.Service.Ledgers;
using Gateway.Service.Metering;
using Gateway.Service.Partnering;
using Gateway.Service.Receiving;
using Gateway.Service.Routing;
using Gateway.Service.Sending;
using Gateway.Service.Spooling;
using Gateway.Service.Syslogging;
using Gateway.Service.Watching;
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
    /// <summary>What stands before the day in the name of a log.</summary>
    public const string LogPrefix = "gateway-";

    private static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(15); // ten for the associations, the rest to end

    /// <summary>Puts it together.</summary>
    /// <param name="settings">What configures it.</param>
    /// <param name="machine">What it holds of the machine.</param>
    /// <param name="time">The clock.</param>
    /// <param name="hasConsole">Whether the console is its own; where it is one of several in a process only its file has its log.</param>
    public static WebApplication Build(ServiceSettings settings, MachineCheck machine, TimeProvider time, bool hasConsole = true)
    {
        // An association holds its thread while the device takes an image; the pool would give it a second thread only after a while.
        ThreadPool.GetMinThreads(out _, out var completionPorts);
        ThreadPool.SetMinThreads(settings.MaximumAssociations, completionPorts);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Gateway.Service" });
        builder.Services.AddSerilog(Logger(settings, hasConsole), dispose: true);
        builder.Services.AddWindowsService(options => options.ServiceName = WindowsEvents.Source);
        builder.Services.AddSystemd();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTime);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(machine.Listening!);
        builder.Services.AddSingleton(machine.Spool!);
        builder.Services.AddSingleton(machine.Database!);
        builder.Services.AddSingleton<RecordedNames>();
        builder.Services.AddSingleton(services => Ledger.Open(
            machine.Spool!.LedgerFolder, services.GetRequiredService<RecordedNames>().Apply, services.GetRequiredService<ServiceCondition>(), time,
            services.GetRequiredService<ILogger<Ledger>>()));
        builder.Services.AddSingleton<KnownInstances>();
        builder.Services.AddSingleton<RecentHeaders>();
        builder.Services.AddSingleton<IndexCondition>();
        builder.Services.AddSingleton<IndexRebuild>();
        builder.Services.AddSingleton(new Routes(settings.Targets, settings.Routes, settings.Urgency));
        builder.Services.AddSingleton<Arrivals>();
        builder.Services.AddSingleton<SpoolIntake>();
        builder.Services.AddSingleton<FunctionCheck>();
        builder.Services.AddSingleton(settings.Disk);
        builder.Services.AddSingleton(settings.Urgency);
        builder.Services.AddSingleton<DiskRoom>();
        builder.Services.AddSingleton<OldestImages>();
        builder.Services.AddSingleton(settings.Completion);
        builder.Services.AddSingleton(settings.Backoff);
        builder.Services.AddSingleton<Func<double>>(Chance);
        builder.Services.AddSingleton(services => new IdTables(settings.Targets.Dicom, time, services.GetRequiredService<ILogger<IdTables>>()));
        foreach (var target in settings.Targets.Dicom)
        {
            builder.Services.AddSingleton<IDeliverer>(services => new AuditedDeliverer(
                DelivererOf(target, settings, machine.Spool!, services, time),
                target, settings.AeTitle, machine.Spool!, services.GetRequiredService<Ledger>(), services.GetRequiredService<AuditLog>()));
        }

        builder.Services.AddSingleton(settings.Targets);
        builder.Services.AddSingleton<SpoolCommitment>();
        builder.Services.AddSingleton<CommitmentReports>();
        builder.Services.AddSingleton<CommitmentAnswers>();
        builder.Services.AddSingleton<OpenQuestions>();
        builder.Services.AddSingleton<CommitmentDesk>();

        builder.Services.AddSingleton(settings.Audit);
        builder.Services.AddSingleton(new AuditSource(settings.Site, settings.AeTitle.Value));
        builder.Services.AddSingleton<AuditFile>();
        builder.Services.AddSingleton<AuditLog>();
        builder.Services.AddSingleton(services => new SyslogSender(
            settings.Syslog, services.GetRequiredService<AuditFile>(), services.GetRequiredService<AuditSource>(), time, services.GetRequiredService<ILogger<SyslogSender>>()));

        builder.Services.AddSingleton<GatewayMeter>();
        builder.Services.AddSingleton<ILedgerWatcher>(services => services.GetRequiredService<GatewayMeter>());
        builder.Services.AddSingleton(services => new MetricsText(services.GetRequiredService<GatewayMeter>().Meter));
        AddAlarms(builder.Services, settings, time);
        if (settings.Mail is { } mail)
            MailServices.Add(builder.Services, settings, mail, time);
        builder.Services.AddSingleton<ServiceCounts>();
        builder.Services.AddSingleton<ServiceCondition>();
        builder.Services.AddSingleton<VolumeTrend>();
        builder.Services.AddHostedService(services => services.GetRequiredService<VolumeTrend>());
        builder.Services.AddSingleton<HealthEndpoint>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SyslogSender>()); // stops after all that it sends for
        builder.Services.AddHostedService<AuditedRun>();
        builder.Services.AddHostedService(services => new Heartbeat( // before anything is written or sent; stops after all that writes
            services.GetRequiredService<Ledger>(), services.GetRequiredService<IndexRebuild>(), Path.Combine(Path.GetDirectoryName(settings.Index.File)!, Witness.FileName),
            () => TimeSpan.FromMilliseconds(Environment.TickCount64), time, services.GetRequiredService<ILogger<Heartbeat>>()));
        builder.Services.AddHostedService<Reconciliation>(); // before the first peer is let in
        builder.Services.AddHostedService<ConditionGauges>();
        builder.Services.AddHostedService<LedgerWatch>();
        builder.Services.AddHostedService<Indexer>();
        builder.Services.AddHostedService<CompletionClock>();
        builder.Services.AddHostedService(services => services.GetRequiredService<OpenQuestions>());
        builder.Services.AddHostedService<Dispatcher>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CommitmentAnswers>());
        if (settings.Mail is not null)
            MailServices.Run(builder.Services);
        builder.Services.AddHostedService<Retention>();
        builder.Services.AddHostedService(services => new SetAside(
            [machine.Spool!.QuarantineFolder, .. services.GetService<MailFolders>() is { } folders ? [folders.Refused, folders.Waiting] : Array.Empty<string>()], settings.Disk, time,
            services.GetRequiredService<ILogger<SetAside>>()));
        builder.Services.AddHostedService<AssociationListener>();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(settings.HealthEndPoint);
        });

        var application = builder.Build();
        // Nothing here may ask for the ledger: it is read when the host starts, and by then Windows, which waits 30 s for it, was told that the service runs.
        application.MapGet("/health", (HealthEndpoint health) => health.Answer());
        var metrics = application.Services.GetRequiredService<MetricsText>(); // listens from now on
        application.MapGet("/metrics", () => Results.Text(metrics.Write(), MetricsText.ContentType));
        application.MapQueueApi(machine.Token!, settings.Mail is not null);
        return application;
    }

    private static IDeliverer DelivererOf(DicomTarget target, ServiceSettings settings, Spool spool, IServiceProvider services, TimeProvider time)
    {
        var ledger = services.GetRequiredService<Ledger>();
        var storing = new DicomDeliverer(target, settings.AeTitle, spool, ledger, services.GetRequiredService<IdTables>(), time);
        return target.Commitment is null
            ? storing
            : new ProvedDeliverer(
                storing, target, settings.AeTitle, spool, ledger, services.GetRequiredService<CommitmentReports>(), services.GetRequiredService<OpenQuestions>(), time);
    }

    private static void AddAlarms(IServiceCollection services, ServiceSettings settings, TimeProvider time)
    {
        services.AddSingleton(settings.Alarms);
        services.AddSingleton<IAlarmChannel, SyslogAlarms>();
        if (WindowsEvents.AreThere)
            services.AddSingleton<IAlarmChannel, WindowsEvents>();
        if (settings.Alarms.Mail is { } mail)
            AddPost(services, new MailCarrier(mail, settings.Site), time);
        if (settings.Alarms.Webhook is { } webhook)
            AddPost(services, new WebhookCarrier(webhook, settings.Site), time);
        services.AddSingleton<AlarmBoard>();
        services.AddSingleton<ILedgerWatcher, AlarmRules>();
    }

    private static void AddPost(IServiceCollection services, IAlarmCarrier carrier, TimeProvider time)
    {
        services.AddKeyedSingleton(carrier.Name, (provider, _) => new AlarmPost(carrier, time, provider.GetRequiredService<ILogger<AlarmPost>>()));
        services.AddSingleton<IAlarmChannel>(provider => provider.GetRequiredKeyedService<AlarmPost>(carrier.Name));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<AlarmPost>(carrier.Name));
    }

    // Spreads attempts over time, nothing else.
    private static double Chance() => RandomNumberGenerator.GetInt32(1_000_000) / 1_000_000.0;

    private static Serilog.Core.Logger Logger(ServiceSettings settings, bool hasConsole) => new LoggerConfiguration()
        .MinimumLevel.Information()
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        .WriteTo.Conditional(_ => hasConsole, to => to.Console(outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}")) // traces are in the file
        .WriteTo.File(
            new CompactJsonFormatter(),
            Path.Combine(settings.LogFolder, LogPrefix + ".json"),
            rollingInterval: RollingInterval.Day,
            retainedFileCountLimit: null,
            retainedFileTimeLimit: TimeSpan.FromDays(settings.LogRetainDays))
        .CreateLogger();
}
