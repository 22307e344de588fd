using Gateway.Service.Backups;
using Gateway.Service.Certifying;
using Gateway.Service.Configuration;
using Gateway.Service.Health;
using Gateway.Service.Probing;
using Gateway.Service.Rehearsing;
using Gateway.Service.Startup;

return CommandLine.Parse(args) switch
{
    CommandLine.Run run => await ServiceRun.RunAsync(run),
    CommandLine.Backup backup => await BackupRun.ExecuteAsync(backup, TimeProvider.System),
    CommandLine.Restore restore => await RestoreRun.ExecuteAsync(restore, TimeProvider.System),
    CommandLine.Cert cert => CertRun.Execute(cert, TimeProvider.System),
    CommandLine.Probe probe => await ProbeRun.ExecuteAsync(probe, TimeProvider.System),
    CommandLine.Rehearse rehearse => await LineRehearsal.ExecuteAsync(rehearse),
    CommandLine.PrintSchema => Print(ConfigurationFormat.Schema()),
    CommandLine.PrintVersion => Print(HealthEndpoint.Version + Environment.NewLine),
    CommandLine.PrintHelp => Print(CommandLine.Usage + Environment.NewLine),
    CommandLine.WrongUsage wrong => Refuse($"GW7000 command line: {wrong.Reason}.{Environment.NewLine}{CommandLine.Usage}"),
    _ => ExitCodes.Usage,
};

static int Print(string text)
{
    Console.Out.Write(text);
    return ExitCodes.Success;
}

static int Refuse(string text)
{
    Console.Error.WriteLine(text);
    return ExitCodes.Usage;
}
