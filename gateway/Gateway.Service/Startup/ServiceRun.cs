using Gateway.Service.Alarming;
using Gateway.Service.Configuration;
using Gateway.Service.Securing;

namespace Gateway.Service.Startup;

/// <summary>One run of the service, from the configuration file to the exit code.</summary>
internal static partial class ServiceRun
{
    public static async Task<int> RunAsync(CommandLine.Run run)
    {
        try
        {
            var drives = new DriveMap(run.Drives is null ? null : Path.GetFullPath(run.Drives));
            var (settings, problems) = ConfigurationFile.Read(drives.Resolve(run.ConfigurationFile), drives);
            if (settings is null)
                return Refuse(problems);
            if (run.Rehearsal)
                settings = settings.OnLoopback();
            (settings, problems) = Credentials.Read(settings, TimeProvider.System);
            if (problems.Count > 0)
                return Refuse(problems);
            using var machine = MachineCheck.Of(settings);
            if (machine.Problems.Count > 0)
                return Refuse(machine.Problems);

            await using var application = GatewayHost.Build(settings, machine, TimeProvider.System);
            var log = application.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Gateway.Service.Startup");
            if (machine.Leftovers > 0)
                LogLeftovers(log, machine.Leftovers);
            if (run.Rehearsal)
            {
                StarterLink.WhenGone(application.Lifetime.StopApplication);
                application.Lifetime.ApplicationStarted.Register(StarterLink.SayRunning);
            }

            await application.RunAsync();
            return ExitCodes.Success;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Success; // asked to stop while it was starting
        }
        catch (Exception failure)
        {
            // The host has written the trace to the log file, where it could.
            await Console.Error.WriteLineAsync(
                $"GW7099 the service failed: {failure.GetType().Name}: {failure.Message}".ReplaceLineEndings(" "));
            return ExitCodes.Unforeseen;
        }
    }

    private static int Refuse(IReadOnlyList<Problem> problems)
    {
        foreach (var problem in problems)
            Console.Error.WriteLine(problem);
        WindowsEvents.Refuse(problems);
        return problems.Max(problem => problem.ExitCode);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The last run left {Count} unfinished objects in the spool; nobody was promised them, and they are removed")]
    private static partial void LogLeftovers(ILogger log, int count);
}
